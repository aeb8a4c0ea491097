import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { PortError } from "../../lib/port/ports.ts";
import type { StartBlock, Units } from "../../lib/port/units.ts";
import { TRANSIENT, transient } from "./units_job.ts";
import { until } from "./until.ts";

export interface UnitsUnderTest {
  readonly units: Units;
  /** Makes a unit file that systemd has loaded. */
  readonly write: (name: string, text: string) => Promise<void>;
  /** Reads a file on the host; undefined where there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** An empty directory on the host. */
  readonly directory: string;
}

const UNIT = "contract-main.service";
const WRITER = "contract-writer.service";

/**
 * What every `Units` does, the fake one as the real one; what needs programs
 * that run in them, the real one alone.
 */
export function unitsContract(
  label: string,
  make: () => Promise<UnitsUnderTest>,
  { programs } = { programs: true },
): void {
  const test: UnitsTest = (name, body) =>
    Deno.test(`Units, ${label}: ${name}`, async () => {
      const given = await make();
      await given.write(UNIT, service("exec sleep 600"));
      try {
        await body(given);
      } finally {
        await given.units.unblockStart([UNIT, WRITER]);
        await given.units.stop([WRITER, UNIT]);
        await given.units.remove(TRANSIENT);
      }
    });

  looking(test);
  starting(test);
  holding(test);
  if (!programs) return;
  running(test);
  environment(test);
  transient(test);
}

export type UnitsTest = (
  name: string,
  body: (given: UnitsUnderTest) => Promise<void>,
) => void;

function service(script: string, unit = "", more = ""): string {
  return `[Unit]\n${unit}\n[Service]\nExecStart=/bin/sh -c "${script}"\n${more}\n`;
}

function looking(test: UnitsTest): void {
  test("a name that systemd does not know has no entry", async ({ units }) => {
    const shown = await units.show(["contract-none.service", UNIT]);
    assertEquals([...shown.keys()], [UNIT]);
    assertEquals((await units.show([])).size, 0);
  });
}

const stateOf = async (units: Units, name = UNIT) =>
  (await units.show([name])).get(name);

function starting(test: UnitsTest): void {
  test("units start and stop", async ({ units, write }) => {
    await write(WRITER, service("exec sleep 600", `Requires=${UNIT}`));
    await units.start([WRITER]);
    const started = await stateOf(units);
    assertEquals(started?.active, "active");
    assert(started?.group?.endsWith(`/${UNIT}`));
    assertEquals((await stateOf(units, WRITER))?.sub, "running");
    await units.stop([UNIT, "contract-none.service"]);
    assertEquals((await stateOf(units))?.active, "inactive");
    assertEquals((await stateOf(units, WRITER))?.active, "inactive");
    await units.stop([UNIT]);
    await units.start([]);
    await units.stop([]);
  });
}

function running(test: UnitsTest): void {
  test("a unit has its words and dependants", async ({ read, units, write }) => {
    await write(UNIT, service("exec sleep 600 # 'a  b' \\x22c\\x22 ü 100%%"));
    await write(WRITER, service("exec sleep 600", `Requires=${UNIT}`));
    await write(
      "contract-main.timer",
      "[Timer]\nOnActiveSec=1d\n[Unit]\nAfter=time-set.target",
    );
    await units.start(["contract-main.timer"]);
    // systemd knows the dependants that it has loaded.
    await units.start([WRITER]);
    assertEquals(await units.commands(UNIT), [
      ["/bin/sh", "-c", "exec sleep 600 # 'a  b' \"c\" ü 100%"],
    ]);
    assertEquals(await units.environment(UNIT), { variables: {}, files: [] });
    assertEquals(await units.commands("contract-main.timer"), []);
    assertEquals(await units.commands("contract-none.service"), []);
    const unit = (await units.show([UNIT])).get(UNIT);
    assertEquals(unit?.dependants, [WRITER]);
    assertEquals(unit?.triggers, ["contract-main.timer"]);
    assertEquals([unit?.loaded, unit?.active], [true, "active"]);
    assertEquals(unit?.oneshot, false);
    const { mainPid } = await stateOf(units, WRITER) ?? {};
    assertStringIncludes(
      await read(`/proc/${mainPid}/cgroup`) ?? "",
      WRITER,
    );
    assert(unit?.fragment.endsWith(UNIT));
    assertEquals(unit?.dropIns, []);
    await units.stop(["contract-main.timer"]);
  });

  test("a unit that fails says so, until it is reset", async (given) => {
    const { units, write } = given;
    await write(WRITER, service("exit 3", "", "Type=oneshot"));
    await assertRejects(
      () => units.start([WRITER]),
      PortError,
      "Command 'systemctl start' failed with exit code 1",
    );
    const failed = await stateOf(units, WRITER);
    assertEquals([failed?.active, failed?.result], ["failed", "exit-code"]);
    assertEquals(failed?.oneshot, true);
    await units.resetFailed([WRITER, "contract-none.service"]);
    assertEquals((await stateOf(units, WRITER))?.active, "inactive");
  });

  test("restarts are counted", async ({ units, write }) => {
    const more = "Restart=always\nRestartSec=10ms\n";
    const limit = "StartLimitIntervalSec=60\nStartLimitBurst=3";
    await write(WRITER, service("exit 3", limit, more));
    await units.start([WRITER]);
    await until(
      "the limit",
      async () => (await stateOf(units, WRITER))?.active === "failed",
    );
    assert(((await stateOf(units, WRITER))?.restarts ?? 0) >= 2);
    await units.resetFailed([WRITER]);
  });
}

const block = (kind: StartBlock["kind"], directory: string): StartBlock => ({
  unit: UNIT,
  kind,
  path: `${directory}/closed 100%n until-pgladder-resume`,
  service: ["TimeoutStopSec=1234"],
});

function holding(test: UnitsTest): void {
  test("an assert makes the start fail", async ({ units, directory }) => {
    assertEquals(await units.blockState(UNIT), "free");
    await units.blockStart([block("assert", directory)]);
    assertEquals(await units.blockState(UNIT), "blocked");
    await assertRejects(() => units.start([UNIT]), PortError);
    const unit = (await units.show([UNIT])).get(UNIT);
    assertEquals(unit?.active, "inactive");
    assertEquals(unit?.dropIns.length, 1);
    // Once more is no error, and changes nothing.
    await units.blockStart([block("assert", directory)]);
    assertEquals(await units.blockState(UNIT), "blocked");
    await units.unblockStart([UNIT]);
    assertEquals(await units.blockState(UNIT), "free");
    await units.start([UNIT]);
    await units.unblockStart([UNIT]);
  });

  test("a condition skips the start in silence", async (given) => {
    const { units, directory } = given;
    await units.blockStart([block("condition", directory)]);
    assertEquals(await units.blockState(UNIT), "blocked");
    await units.start([UNIT]);
    assertEquals((await units.show([UNIT])).get(UNIT)?.active, "inactive");
    await units.unblockStart([UNIT]);
    await units.start([UNIT]);
    assertEquals((await units.show([UNIT])).get(UNIT)?.active, "active");
  });

  test("a running unit is held for its next start", async (given) => {
    const { units, directory } = given;
    await units.start([UNIT]);
    await units.blockStart([block("assert", directory)]);
    assertEquals((await units.show([UNIT])).get(UNIT)?.active, "active");
    await units.stop([UNIT]);
    await assertRejects(() => units.start([UNIT]), PortError);
    assertEquals(await units.blockState(UNIT), "blocked");
  });

  test("two that run are held by one load, and let go with a later one", async (given) => {
    const { units, directory, write } = given;
    await write(WRITER, service("exec sleep 600"));
    const both = [UNIT, WRITER];
    await units.start(both);
    await units.blockStart(
      both.map((unit) => ({ ...block("condition", directory), unit })),
    );
    for (const unit of both) {
      assertEquals(await units.blockState(unit), "blocked");
    }
    await units.unblockStart(both, { later: true });
    for (const unit of both) {
      assertEquals(await units.blockState(unit), "partly");
    }
    await units.reload();
    for (const unit of both) assertEquals(await units.blockState(unit), "free");
  });

  test("a unit that is not there can be held", async (given) => {
    const { units, directory } = given;
    await units.unblockStart([UNIT]);
    const unit = "contract-none.service";
    await units.blockStart([{ ...block("assert", directory), unit }]);
    await units.unblockStart([unit]);
    assertEquals(await units.blockState(unit), "free");
  });
}

function environment(test: UnitsTest): void {
  test("a unit has its environment", async ({ directory, units, write }) => {
    const lines = [
      `Environment=A=1 "B=two words" C=x=y`,
      `EnvironmentFile=-${directory}/none.env`,
      "EnvironmentFile=/etc/os-release",
    ];
    await write(UNIT, service("exec sleep 600", "", lines.join("\n")));
    assertEquals(await units.environment(UNIT), {
      variables: { A: "1", B: "two words", C: "x=y" },
      files: [`${directory}/none.env`, "/etc/os-release"],
    });
  });
}
