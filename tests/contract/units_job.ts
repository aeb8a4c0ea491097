import { assertEquals } from "@std/assert";
import type { UnitsTest, UnitsUnderTest } from "./units.ts";
import { until } from "./until.ts";

const UNIT = "contract-main.service";
export const TRANSIENT = "contract-job.service";

/** The parts of it that need no unit: what a host without systemd keeps. */
export function jobsContract(
  label: string,
  make: () => Promise<Omit<UnitsUnderTest, "write">>,
): void {
  const unwritten = () => Promise.reject(new Error("No unit can be written"));
  transient((name, body) =>
    Deno.test(`Units, ${label}: ${name}`, async () => {
      const given = await make();
      const { units } = given;
      const names = [UNIT, TRANSIENT];
      try {
        assertEquals((await units.show(names)).size, 0);
        assertEquals(await units.commands(UNIT), []);
        assertEquals(await units.blockState(UNIT), "free");
        await units.stop(names);
        await units.resetFailed(names);
        await units.reload();
        await units.unblockStart(names);
        await body({ ...given, write: unwritten });
      } finally {
        await units.remove(TRANSIENT);
      }
    })
  );
}

export function transient(test: UnitsTest): void {
  test("a job runs on its own, and is forgotten", async (given) => {
    const { units, directory, read } = given;
    const script = 'printf %s "$A" >"$1"; exec sleep 600';
    await units.run({
      name: TRANSIENT,
      command: ["/bin/sh", "-c", script, "sh", `${directory}/a %n $HOME`],
      env: { A: "b=c $d %n 'e' \\x41" },
    });
    await until(
      "its file",
      async () =>
        (await read(`${directory}/a %n $HOME`)) === "b=c $d %n 'e' \\x41",
    );
    const unit = (await units.show([TRANSIENT])).get(TRANSIENT);
    assertEquals(unit?.active, "active");
    await units.remove(TRANSIENT);
    assertEquals((await units.show([TRANSIENT])).size, 0);
    await units.remove(TRANSIENT);
  });

  test("a job that has ended well is forgotten by itself", async ({ units }) => {
    await units.run({ name: TRANSIENT, command: ["/bin/true"], env: {} });
    await until(
      "its end",
      async () => (await units.show([TRANSIENT])).size === 0,
    );
    await units.run({ name: TRANSIENT, command: ["/bin/true"], env: {} });
  });

  test("a job that failed is forgotten too", async ({ units }) => {
    await units.run({
      name: TRANSIENT,
      command: ["/bin/sh", "-c", "exit 7"],
      env: {},
    });
    await until(
      "its end",
      async () =>
        (await units.show([TRANSIENT])).get(TRANSIENT)?.active === "failed",
    );
    await units.remove(TRANSIENT);
    assertEquals((await units.show([TRANSIENT])).size, 0);
  });
}
