import { assertEquals, assertMatch } from "@std/assert";
import { sampleInside, sampleLive } from "../../tests/sample/found.ts";
import { samplePlan } from "../../tests/sample/plan.ts";
import type { Plan } from "../../journal/plan.ts";
import { portsOf } from "../../tests/sample/ports.ts";
import { contextOf } from "../run/context.ts";
import type { ImageFacts } from "../port/containers.ts";
import { judgeAnswers } from "./judge.ts";

const PLAN = samplePlan({
  initdbArgs: "",
  systemIdentifier: sampleLive().systemIdentifier,
  superuser: sampleLive().superuser,
  loading: [{ name: "pg_x.level", value: "3", outside: true }],
});

/** Both images have the same programs, and no library and no extension. */
const ports = portsOf({
  containers: {
    image: (id) =>
      Promise.resolve(
        { id, digest: "", env: {}, volumes: [] } satisfies ImageFacts,
      ),
    probe: () =>
      Promise.resolve({
        code: 0,
        stderr: "",
        stdout: [
          "postgres (PostgreSQL) 17.6",
          ...["999", "999", "x86_64"],
          ...["/usr/bin/pg_dump", "/usr/bin/pg_restore", "/usr/bin/vacuumdb"],
          "ldd (Debian GLIBC 2.36-9) 2.36",
          "== more",
          "",
        ].join("\n"),
      }),
  },
});

const judge = (
  { found = {}, live = {}, plan = PLAN, settings = [] }: {
    plan?: Plan;
    live?: object;
    settings?: readonly (readonly [string, string | null])[];
    found?: object;
  },
) =>
  judgeAnswers(
    contextOf(plan, ports),
    [
      { ...sampleLive(), ...live },
      settings,
      { before: "shut down", unlogged: {}, ...found },
      { ...sampleInside(), extensions: [] },
    ].map((line) => `${JSON.stringify(line)}\n`).join(""),
  );

Deno.test("A plan learns how the new cluster is made, and what files and command load", async () => {
  const { learned, refused } = await judge({
    settings: [["cron.database_name", "app"], ["work_mem", null]],
  });
  assertEquals(refused, []);
  assertMatch(learned.initdbArgs, /--encoding=/);
  assertEquals(learned.loading, [
    { name: "cron.database_name", value: "app", outside: false },
    { name: "pg_x.level", value: "3", outside: true },
  ]);
});

Deno.test("What a private server says of its own start is not told of the service", async () => {
  const { learned } = await judge({
    live: { loading: [["timescaledb.max_background_workers", "0", true]] },
  });
  assertEquals(learned.loading?.map(({ name }) => name), ["pg_x.level"]);
});

Deno.test("Another superuser, another cluster and what a check refuses are named", async () => {
  const { refused } = await judge({
    live: { superuser: "boss", preparedTransactions: 2 },
  });
  assertMatch(refused[0] ?? "", /its superuser is "boss".*--superuser/);
  assertMatch(refused[1] ?? "", /^"prepared transactions": 2/);
  const other = await judge({ live: { systemIdentifier: "7" } });
  assertMatch(other.refused[0] ?? "", /another cluster has answered/);
});

Deno.test("Tables that a crash has emptied are told", async () => {
  const { notes } = await judge({
    found: { before: "in production", unlogged: { shop: ["public.cart"] } },
  });
  assertMatch(
    notes[0] ?? "",
    /not shut down cleanly \(it was "in production"\)/,
  );
  assertMatch(notes[1] ?? "", /public\.cart in "shop"/);
});

Deno.test("Data that another library has sorted are dumped, and not taken over", async () => {
  const sorted = [{ database: "shop", noted: null, actual: "2.41" }];
  const found = { sorted };
  assertMatch(
    (await judge({ found })).notes[0] ?? "",
    /^text in "shop" was sorted by Alpine's musl, and .* sorts by 2\.41: dup/,
  );
  const plan = { ...PLAN, method: "pg_upgrade" } as const;
  const { refused } = await judge({ found, plan });
  assertMatch(refused[0] ?? "", /--from, or take --method dump/);
  // Indexes that another version has sorted are built again.
  const older = { sorted: [{ ...sorted[0], noted: "2.36" }] };
  assertEquals((await judge({ found: older, plan })).refused, []);
});
