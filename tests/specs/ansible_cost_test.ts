import { assert } from "@std/assert";
import { memoryBelow } from "./ansible/memory.ts";
import { Rollout, said } from "./ansible/rollout.ts";
import { sleep } from "./host.ts";

/**
 * What a roll-out costs the machine that runs Ansible: prints the figures of
 * which README's "Many hosts" reckons for a thousand. PGLADDER_NAMES=30,120
 * says with how many names in the inventory; each has an address of its own on
 * one of the three hosts, so that each is a connection of its own.
 */

const NAME = "specs-ansible-cost";
const [FEW = 30, MANY = 120] = (Deno.env.get("PGLADDER_NAMES") ?? "30,120")
  .split(",").map(Number);
const FORKS = 20;
const MIB = 1024 ** 2;

let rollout: Rollout;

Deno.test.beforeAll(async () => {
  rollout = await Rollout.raise(NAME, 500);
});
Deno.test.afterAll(() => Rollout.lower(NAME));

interface Cost {
  /** Processor time of the controller, its connections included. */
  readonly seconds: number;
  readonly elapsed: number;
  /** The most that its processes had together, in bytes. */
  readonly memory: number;
}

/** So many names in the inventory, in turn on each of the hosts. */
async function name(count: number, vars: Record<string, string> = {}) {
  const { controller, hosts } = rollout;
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

async function measure(...words: string[]): Promise<Cost> {
  const { controller } = rollout;
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

Deno.test("cost: what each host takes of the controller", async () => {
  const plan = ["ansible-playbook", "plan.yml", "-f"];
  const lib = "/usr/local/lib/{{ inventory_hostname }}";
  await name(FEW, { pgladder_path: `${lib}/pgladder` });
  const copied = await measure(...plan, `${FORKS}`);
  tell(`plan.yml, ${FEW} names, each gets the executable`, copied);
  await name(rollout.hosts.length);
  await measure(...plan, `${FORKS}`);
  await name(FEW);
  const few = await measure(...plan, `${FORKS}`);
  tell(`plan.yml, ${FEW} names, ${FORKS} forks`, few);
  const narrow = await measure(...plan, "5");
  tell(`plan.yml, ${FEW} names, 5 forks`, narrow);
  await name(MANY);
  const many = await measure(...plan, `${FORKS}`);
  tell(`plan.yml, ${MANY} names, ${FORKS} forks`, many);
  const poll = ["ansible", "pgladder", "-f", `${FORKS}`, "-o", "-a"];
  const asked = await measure(...poll, "pgladder version");
  tell(`one question to each of ${MANY} names`, asked);

  const more = MANY - FEW;
  const each = (many.seconds - few.seconds) /
    more;
  print(`a host more:
  ${each.toFixed(2)} s of processor to ask it
  ${((copied.seconds - few.seconds) / FEW).toFixed(2)} s to copy the executable
  ${(asked.seconds / MANY).toFixed(2)} s for each time it is asked how far it is
  ${((many.memory - few.memory) / more / MIB).toFixed(1)} MiB
a fork more: ${
    ((few.memory - narrow.memory) / (FORKS - 5) / MIB).toFixed(1)
  } MiB`);
});
