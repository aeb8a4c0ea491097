import { assertEquals } from "@std/assert";
import { sampleUnit } from "../../../tests/sample/found.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { Failure } from "../../base/failure.ts";
import type { Unit } from "../../port/units.ts";
import { activeTimers, wholeName, writersOf } from "./writers.ts";

const DB = "podman-db.service";

function portsWith(units: Readonly<Record<string, Partial<Unit>>>) {
  const show = (names: readonly string[]) =>
    Promise.resolve(
      new Map(names.map((name) =>
        [
          name,
          sampleUnit({
            name,
            dependants: [],
            loaded: name in units,
            active: name in units ? "active" : "inactive",
            ...units[name],
          }),
        ] as const
      )),
    );
  return portsOf({ units: { show } });
}

Deno.test("Nothing depends on it, nothing is stopped", async () => {
  assertEquals(await writersOf(DB, [], portsWith({ [DB]: {} })), []);
});

Deno.test("Dependants are found over any number of others, in circles, once each", async () => {
  const ports = portsWith({
    [DB]: { dependants: ["app.service", "multi-user.target"] },
    "app.service": { dependants: ["web.service", DB] },
    "web.service": { dependants: ["app.service"], active: "inactive" },
    "multi-user.target": { dependants: ["graphical.target"] },
  });
  assertEquals(await writersOf(DB, [], ports), [
    { unit: "app.service", active: true },
    { unit: "web.service", active: false },
  ]);
});

Deno.test("What would start a dependant is stopped, too; what starts the database is not", async () => {
  const ports = portsWith({
    [DB]: { dependants: ["job.service"], triggers: ["db.socket"] },
    "job.service": { triggers: ["job.timer"], active: "inactive" },
    "job.timer": {},
    "db.socket": {},
  });
  assertEquals(await writersOf(DB, [], ports), [
    { unit: "job.service", active: false },
    { unit: "job.timer", active: true },
  ]);
});

Deno.test("Units that the operator names come along, with what depends on them", async () => {
  const ports = portsWith({
    [DB]: {},
    "other.service": { dependants: ["another.service"] },
    "another.service": {},
  });
  assertEquals(await writersOf(DB, ["other.service"], ports), [
    { unit: "other.service", active: true },
    { unit: "another.service", active: true },
  ]);
});

Deno.test("A name that systemd does not know is refused, not passed over", async () => {
  const { code, hint, message } = await rejectedBy(
    () => writersOf(DB, ["aplication.service"], portsWith({ [DB]: {} })),
    Failure,
  );
  assertEquals([code, message, hint], [
    "usage",
    `--writers names "aplication.service", which is no unit of systemd's and no container`,
    'See "systemctl list-units --all" for its whole name',
  ]);
});

Deno.test("A dependant that has no file is none", async () => {
  const ports = portsWith({ [DB]: { dependants: ["gone.service"] } });
  assertEquals(await writersOf(DB, [], ports), []);
});

Deno.test("Timers that prune are found where they run", async () => {
  const ports = portsWith({
    "podman-prune.timer": {},
    "podman-auto-update.timer": { active: "inactive" },
    "docker-prune.timer": { loaded: false },
  });
  assertEquals(await activeTimers(ports), ["podman-prune.timer"]);
});

Deno.test("A unit's name is completed as systemctl does it", () => {
  for (
    const [word, name] of [
      ["pleroma", "pleroma.service"],
      [" pleroma.service", "pleroma.service"],
      ["backup.timer", "backup.timer"],
      ["app@1.2", "app@1.2.service"],
      ["web.app", "web.app.service"],
      ["web.app@main", "web.app@main.service"],
    ] as const
  ) assertEquals(wholeName(word), name);
});
