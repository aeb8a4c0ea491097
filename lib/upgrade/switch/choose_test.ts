import { assertEquals } from "@std/assert";
import { EMPTY } from "../../../journal/fold.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { contextOf } from "../../run/context.ts";
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
