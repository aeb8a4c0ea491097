import { assert } from "@std/assert";
import { sleep } from "../host.ts";
import { memoryBelow } from "./memory.ts";
import { type Rollout, said } from "./rollout.ts";

/**
 * What a roll-out costs the machine that runs Ansible: prints the figures of
 * which lib/cli/ansible/README.md reckons for a thousand. Each name in the
 * inventory has an address of its own on one of the three hosts, so that each
 * is a connection of its own.
 */

const FORKS = 20;
const MIB = 1024 ** 2;

interface Cost {
  /** Processor time of the controller; what ssh does in the background is not in it. */
  readonly seconds: number;
  readonly elapsed: number;
  /** The most that its processes had together, in bytes. */
  readonly memory: number;
}

/** Answers as pgladder has answered once, so that the hosts have no work. */
const RECORDED = `#!/bin/sh
case $1 in
plan) cat /root/plan.json ;;
version) echo recorded ;;
*) exit 3 ;;
esac
`;

/** So many names in the inventory, in turn on each of the hosts. */
async function name(
  { controller, hosts }: Rollout,
  { count, program }: { count: number; program: string },
) {
  const names = Array.from({ length: count }, (_, index) => ({
    host: index % hosts.length,
    name: `n${index}`,
    address: `10.78.${Math.floor(index / 250)}.${index % 250 + 2}`,
  }));
  for (const [index, host] of hosts.entries()) {
    const own = names.filter((it) => it.host === index);
    const add = own.map(({ address }) =>
      `ip addr replace ${address}/16 dev cable`
    );
    await host.shell(add.join("\n"));
  }
  await controller.route("10.78.255.254/16");
  await controller.list(
    new Map(names.map(({ address, name }) => [name, address])),
    {
      pgladder_source: `${controller.home}/${program}`,
      pgladder_to: "17",
      pgladder_switch: "unit",
    },
  );
}

async function measure(
  { controller }: Rollout,
  ...words: string[]
): Promise<Cost> {
  const timed = ["time", "-f", "cost %U %S %e", ...words];
  const play = controller.start(timed, `${controller.home}/rollout`);
  let memory = 0;
  let ended = false;
  const output = play.output.finally(() => ended = true);
  while (!ended) {
    memory = Math.max(memory, memoryBelow(play.pid));
    await Promise.race([output, sleep(1000)]);
  }
  const ends = await output;
  const [, user, system, elapsed] =
    /^cost (\S+) (\S+) (\S+)$/m.exec(ends.stderr) ?? [];
  assert(ends.code === 0 && elapsed !== undefined, said(ends));
  return {
    seconds: Number(user) + Number(system),
    elapsed: Number(elapsed),
    memory,
  };
}

/** For whoever reads along: what is measured depends on the machine. */
function print(line: string) {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

function tell(what: string, { elapsed, memory, seconds }: Cost) {
  const mib = (memory / MIB).toFixed(0);
  print(
    `${what}: ${seconds.toFixed(1)} s of processor, ${mib} MiB, ${
      elapsed.toFixed(0)
    } s by the clock`,
  );
}

/**
 * The real program on the hosts themselves, once. After that it has said what
 * it has to say: a thousand hosts look at themselves, each with processors of
 * its own, but here they would all be on this machine.
 */
async function record({ controller, hosts }: Rollout) {
  await Deno.writeTextFile(
    `${controller.root}${controller.home}/recorded`,
    RECORDED,
  );
  for (const host of hosts) {
    await host.shell(
      "pgladder plan db --json --to=17 --switch=unit >/root/plan.json",
    );
  }
}

/**
 * Prints what is told above, with few names and, if they are asked for, with
 * many: what a host more costs must not depend on how many there are.
 */
export async function measureCost(rollout: Rollout, counts: string) {
  const [few = 20, many] = counts.split(",").map(Number);
  const plan = async (what: string, count: number, forks = FORKS) => {
    const words = ["ansible-playbook", "plan.yml", "-f", `${forks}`];
    const cost = await measure(rollout, ...words);
    tell(`plan.yml, ${count} names, ${forks} forks${what}`, cost);
    return cost;
  };
  const ask = async (what: string, count: number, ...words: string[]) => {
    const all = ["ansible", "pgladder", "-f", `${FORKS}`, "-o", ...words];
    const cost = await measure(rollout, ...all);
    tell(`${what} ${count} names`, cost);
    return cost.seconds / count;
  };
  const perHost = (what: string, figure: number) =>
    print(`a host more: ${figure.toFixed(2)} ${what}`);

  const own = rollout.hosts.length;
  await name(rollout, { count: own, program: "pgladder" });
  const least = await plan(", each looks at itself", own);
  await record(rollout);

  await name(rollout, { count: few, program: "recorded" });
  const wide = await plan(", each gets a small file", few);
  const narrow = await plan("", few, 5);
  const fork = (wide.memory - narrow.memory) / (FORKS - 5) / MIB;
  print(`a fork more: ${fork.toFixed(1)} MiB`);
  const more = few - own;
  perHost("s of processor for a plan", (wide.seconds - least.seconds) / more);
  // Of so few names, each has a fork of its own.
  const rest = (wide.memory - least.memory) / more / MIB - fork;
  perHost("MiB, its connection", rest);
  const asked = await ask(
    "one question to each of",
    few,
    ...["-a", "/usr/local/bin/pgladder version"],
  );
  const copied = await ask(
    "the executable to each of",
    few,
    ...["-m", "ansible.builtin.copy", "-a"],
    `src=${rollout.controller.home}/pgladder mode=0755 ` +
      "dest=/usr/local/lib/pgladder-{{ inventory_hostname }}",
  );
  perHost("s of processor for each question how far it is", asked);
  perHost("s of processor to copy the executable", copied);

  if (many === undefined) return;
  await name(rollout, { count: many, program: "recorded" });
  const most = await plan("", many);
  const yetMore = (most.seconds - wide.seconds) / (many - few);
  perHost(`s of processor for a plan, of ${many}`, yetMore);
}
