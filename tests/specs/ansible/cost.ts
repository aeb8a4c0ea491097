import { assert } from "@std/assert";
import { sleep } from "../host.ts";
import { memoryBelow } from "./memory.ts";
import { type Rollout, said } from "./rollout.ts";

/**
 * What a roll-out costs the machine that runs Ansible: prints the figures of
 * which README's "Many hosts" reckons for a thousand. Each name in the
 * inventory has an address of its own on one of the three hosts, so that each
 * is a connection of its own.
 */

const FORKS = 20;
const MIB = 1024 ** 2;

interface Cost {
  /** Processor time of the controller, its connections included. */
  readonly seconds: number;
  readonly elapsed: number;
  /** The most that its processes had together, in bytes. */
  readonly memory: number;
}

/** So many names in the inventory, in turn on each of the hosts. */
async function name(
  { controller, hosts }: Rollout,
  { count, vars = {} }: { count: number; vars?: Record<string, string> },
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
      pgladder_source: `${controller.home}/pgladder`,
      pgladder_to: "17",
      pgladder_switch: "unit",
      ...vars,
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

/** Prints what is told above, with few names and with many. */
export async function measureCost(rollout: Rollout, counts: string) {
  const [few = 30, many = 120] = counts.split(",").map(Number);
  const plan = async (what: string, count: number, forks = FORKS) => {
    const words = ["ansible-playbook", "plan.yml", "-f", `${forks}`];
    const cost = await measure(rollout, ...words);
    tell(`plan.yml, ${count} names, ${forks} forks${what}`, cost);
    return cost;
  };
  const path = "/usr/local/lib/{{ inventory_hostname }}/pgladder";
  await name(rollout, { count: rollout.hosts.length });
  await plan(", for the hosts themselves", rollout.hosts.length);
  await name(rollout, { count: few, vars: { pgladder_path: path } });
  const copied = await plan(", each gets the executable", few);
  await name(rollout, { count: few });
  const wide = await plan("", few);
  const narrow = await plan("", few, 5);
  await name(rollout, { count: many });
  const most = await plan("", many);
  const asked = await measure(
    rollout,
    ...["ansible", "pgladder", "-f", `${FORKS}`, "-o", "-a"],
    "pgladder version",
  );
  tell(`one question to each of ${many} names`, asked);

  const more = many - few;
  const perHost = (what: string, figure: number) =>
    print(`a host more: ${figure.toFixed(2)} ${what}`);
  perHost("s of processor for its plan", (most.seconds - wide.seconds) / more);
  perHost("s to copy the executable", (copied.seconds - wide.seconds) / few);
  perHost("s for each question how far it is", asked.seconds / many);
  perHost("MiB", (most.memory - wide.memory) / more / MIB);
  const fork = (wide.memory - narrow.memory) / (FORKS - 5) / MIB;
  print(`a fork more: ${fork.toFixed(1)} MiB`);
}
