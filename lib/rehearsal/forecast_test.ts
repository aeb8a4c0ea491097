import { assertEquals } from "@std/assert";
import { forecast } from "./forecast.ts";

Deno.test("What was measured is taken unchanged, the rest from how fast the host is", () => {
  const steps = forecast("dump", { prepare: 1000, dump: 7000, build: 9000 });
  assertEquals(steps.filter(({ measured }) => measured), [
    { id: "dump", ms: 7000, measured: true },
    { id: "build", ms: 9000, measured: true },
  ]);
  assertEquals(steps.map(({ id }) => id), [
    ...["stop-writers", "close", "dump", "build", "swap", "switch"],
    ...["start", "start-writers"],
  ]);
  const slower = forecast("dump", { prepare: 2000, dump: 7000, build: 9000 });
  const estimated = (all: typeof steps) =>
    all.filter(({ measured }) => !measured).map(({ ms }) => ms);
  assertEquals(estimated(slower), estimated(steps).map((ms) => ms * 2));
});

Deno.test("By pg_upgrade there is no dump to wait for", () => {
  const ids = forecast("pg_upgrade", { prepare: 1, build: 1 }).map(({ id }) =>
    id
  );
  assertEquals(ids.includes("dump"), false);
  assertEquals(ids.includes("build"), true);
});
