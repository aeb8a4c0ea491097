import { assertEquals, assertMatch } from "@std/assert";
import { EMPTY } from "../../../journal/fold.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan, samplePlanTo18 } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import type { Plan } from "../../../journal/plan.ts";
import { contextOf } from "../../run/context.ts";
import type { UnitJob } from "../../port/units.ts";
import { WaitingError } from "../contract.ts";
import { switcherFor } from "./choose.ts";

const FILE = "/etc/systemd/system/podman-pleroma-db.service";
const unitOf = (major: number) =>
  `[Service]\nExecStart=/usr/bin/podman run --name pleroma-db -v /srv/pleroma-db:/var/lib/postgresql/data --rm docker.io/library/postgres:${major}\n`;

Deno.test("What the configuration named before is changed and put back, whatever the data are of", async () => {
  const { from } = samplePlan();
  const found = { ...from, reference: "docker.io/library/postgres:16" };
  const plan = samplePlan({
    switch: { kind: "unit", file: FILE },
    unserved: { active: true, found },
  });
  const files = new MemoryFiles({ [FILE]: unitOf(16) });
  const ports = portsOf({
    files,
    units: { reload: () => Promise.resolve() },
  });
  const context = { ...contextOf(plan, ports), state: EMPTY };
  const switcher = switcherFor(context);
  await switcher.apply(context);
  assertEquals(files.texts[FILE], unitOf(17));
  assertEquals(await switcher.isWritten?.(context), true);
  await switcher.undo(context);
  assertEquals(files.texts[FILE], unitOf(16));
});

/** 17 was found on data of 15, which are upgraded to 18. */
function thirdImage(change: Partial<Plan>): Plan {
  const { from, to } = samplePlan();
  const pgdata = "/srv/pgdata";
  const found = { ...to, inner: "/srv", pgdata, id: "17ff".repeat(16) };
  return samplePlanTo18({
    from,
    unserved: { active: true, found },
    ...change,
  });
}

Deno.test("A command is told the image and the mount that it is to replace", async () => {
  const told: UnitJob[] = [];
  const files = new MemoryFiles();
  const plan = thirdImage({
    switch: { kind: "command", command: "rebuild" },
  });
  const ports = portsOf({
    files,
    host: { stopAsked: undefined, say: () => {} },
    units: {
      remove: () => Promise.resolve(),
      reload: () => Promise.resolve(),
      run(unit) {
        told.push(unit);
        return files.writeText(unit.env["PGLADDER_RESULT"] ?? "", "0\n");
      },
    },
  });
  const context = { ...contextOf(plan, ports), state: EMPTY };
  const switcher = switcherFor(context);
  await switcher.apply(context);
  await switcher.undo(context);
  assertEquals(
    told.map(({ env }) => [
      env["PGLADDER_DIRECTION"],
      env["PGLADDER_FROM_IMAGE"],
      env["PGLADDER_FROM_MOUNT"],
      env["PGLADDER_TO_IMAGE"],
    ]),
    ["apply", "undo"].map((way) => [
      way,
      "docker.io/library/postgres:17",
      "/srv",
      "docker.io/library/postgres:18",
    ]),
  );
});

Deno.test("The line that makes a container again is of the image that it was made of", async () => {
  const plan = thirdImage({ runtime: "docker", restart: "always" });
  const image = { Config: { Env: ["PG_MAJOR=17", "PATH=/17/bin"] } };
  const described = {
    Id: "c0ffee",
    Config: { Env: [...image.Config.Env, "TZ=UTC"] },
    HostConfig: { Binds: [`${plan.volume.path}:/srv`] },
  };
  const asked: string[] = [];
  const run = contextOf(
    plan,
    portsOf({
      files: new MemoryFiles({
        [contextOf(plan, {}).names.described]: JSON.stringify([described]),
      }),
      containers: { inspect: () => Promise.resolve(undefined) },
      host: {
        run(command) {
          asked.push(command.at(-1) ?? "");
          const stdout = JSON.stringify([image]);
          return Promise.resolve({ code: 0, stdout, stderr: "" });
        },
      },
    }),
  );
  const context = { ...run, state: EMPTY };
  const { ask } = await rejectedBy(
    () => switcherFor(context).apply(context),
    WaitingError,
  );
  assertEquals(asked, [plan.unserved?.found?.id]);
  assertMatch(
    ask,
    /\n *docker create --name pleroma-db --restart always -e TZ=UTC -v \/srv\/pleroma-db:\/var\/lib\/postgresql docker.io\/library\/postgres:18\n/,
  );
});
