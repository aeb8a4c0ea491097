import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { jobsContract } from "../../tests/contract/units_job.ts";
import { until } from "../../tests/contract/until.ts";
import { PortError } from "../port/ports.ts";
import { unlessMissing } from "./durable.ts";
import { NoSystemd } from "./no_systemd.ts";
import { proc } from "./proc.ts";

const JOB = "pgladder-test-job.service";

async function host() {
  const directory = await Deno.makeTempDir();
  const read = (path: string) =>
    unlessMissing(() => Deno.readTextFileSync(path));
  return {
    units: new NoSystemd(directory, 1000),
    directory,
    read: (path: string) => Promise.resolve(read(path)),
    /** What the job has written into a file there. */
    written: async (name: string) => {
      const path = join(directory, name);
      await until(name, () => Promise.resolve(Boolean(read(path))));
      return read(path)?.trim() ?? "";
    },
  };
}

type Host = Awaited<ReturnType<typeof host>>;

jobsContract("without systemd", host);

function test(name: string, body: (host: Host) => Promise<void>) {
  Deno.test(`Without systemd: ${name}`, async () => {
    const given = await host();
    try {
      await body(given);
    } finally {
      await given.units.remove(JOB);
      await Deno.remove(given.directory, { recursive: true });
    }
  });
}

const begin = (
  { directory, units }: Host,
  script: string,
  more: { log?: string } = {},
) =>
  units.run({
    name: JOB,
    command: ["sh", "-c", script, "sh", directory],
    env: {},
    ...more,
  });

const active = async ({ units }: Host) =>
  (await units.show([JOB])).get(JOB)?.active;

const lives = (pid: string) => {
  const stat = proc.text(`/proc/${pid}/stat`);
  return stat !== undefined && !/\) [ZX] /.test(stat);
};

test("a job leads a session, and its words go to its log", async (given) => {
  const log = join(given.directory, "log");
  await Deno.writeTextFile(log, "before\n");
  await begin(given, "echo said; echo failed >&2; exit 3", { log });
  await until("its end", async () => await active(given) === "failed");
  assertEquals(Deno.readTextFileSync(log), "before\nsaid\nfailed\n");
  await begin(given, 'cat /proc/self/stat >"$1/stat"; exec sleep 600');
  const [, , , , , session] = (await given.written("stat")).split(" ");
  const record = Deno.readTextFileSync(join(given.directory, `${JOB}.job`));
  assertEquals(record.split("\n")[1]?.split(" ")[0], session);
});

test("removed are all of the session, also what does not hear", async (given) => {
  await begin(
    given,
    `trap '' TERM; sleep 600 & echo $! >"$1/child"; sleep 0.5; exit 0`,
  );
  const child = await given.written("child");
  // Its leader has ended, and what it began has not.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assertEquals(await active(given), "active");
  assert(lives(child));
  await Deno.writeTextFile(join(given.directory, "child"), "");
  await given.units.remove(JOB);
  assertEquals(await active(given), undefined);
  await until("the child's end", () => Promise.resolve(!lives(child)));
});

test("a leader that is killed leaves its job at work", async (given) => {
  await begin(given, 'echo $PPID >"$1/leader"; sleep 600; true');
  const leader = await given.written("leader");
  Deno.kill(Number(leader), "SIGKILL");
  await until("its end", () => Promise.resolve(!lives(leader)));
  assertEquals(await active(given), "active");
  await given.units.remove(JOB);
  assertEquals(await active(given), undefined);
});

test("another process of that number is not touched", async (given) => {
  const other = new Deno.Command("sleep", { args: ["600"], detached: true })
    .spawn();
  const stat = proc.text(`/proc/${other.pid}/stat`) ?? "";
  const boot = proc.text("/proc/sys/kernel/random/boot_id") ?? "";
  const record = join(given.directory, `${JOB}.job`);
  try {
    for (
      const text of [
        // It was begun at another time, or in another boot.
        `${boot}${stat.replace(/\d+(?=( \S+){30}\n$)/, "1")}`,
        `00000000-0000-4000-8000-000000000001\n${stat}`,
        // What no job wrote.
        "",
        boot,
        `${boot}-1 (x) S 1 1 1\n`,
      ]
    ) {
      assert(text !== `${boot}${stat}`);
      await Deno.writeTextFile(record, text);
      assert(await active(given) !== "active", text);
      await given.units.remove(JOB);
      assert(lives(String(other.pid)));
    }
  } finally {
    other.kill("SIGKILL");
    await other.status;
  }
});

test("no unit is there, and none can be started or blocked", async ({ units }) => {
  const unit = "podman-db.service";
  assertEquals((await units.show([unit, "../x", ""])).size, 0);
  await units.remove("../x");
  await units.start([]);
  await units.blockStart([]);
  const block = { unit, kind: "assert", path: "/closed" } as const;
  for (
    const [what, deed] of [
      ["started", () => units.start([unit])],
      ["blocked", () => units.blockStart([block])],
    ] as const
  ) {
    await assertRejects(
      deed,
      PortError,
      `No systemd runs this host, so ${unit} cannot be ${what}`,
    );
  }
});

test("what cannot begin is an error", async (given) => {
  await assertRejects(
    () => begin(given, "true", { log: join(given.directory, "none/log") }),
    PortError,
    "Command 'sh -c' failed with exit code 1",
  );
  assertEquals(await active(given), undefined);
});
