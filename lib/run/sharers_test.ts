import { assertEquals } from "@std/assert";
import {
  bind,
  type Trouble,
  troubledHost,
  volume,
} from "../../tests/sample/troubled_host.ts";
import { NEW, OLD, running } from "../../tests/sample/trouble_parts.ts";
import { sharersOf } from "./sharers.ts";

const ASKED = {
  name: "db",
  runtime: "docker",
  path: "/srv/db",
  root: "/srv/db",
} as const;

type Parts = NonNullable<Trouble["containers"]>;

/** One of 17 beside "db", which is made of these parts. */
async function beside(other: Parts[number], asked = {}) {
  const found = await sharersOf(
    { ...ASKED, ...asked },
    troubledHost({
      containers: [
        { name: "db", image: "postgres:17", mounts: [bind("/srv/db", OLD)] },
        {
          name: "other",
          image: "postgres:17",
          mounts: [bind("/srv/db", OLD)],
          ...other,
        },
      ],
      clusters: { "/srv/db": { major: 17 }, "/srv/web": { major: 17 } },
    }),
  );
  return found.map(({ comesBack, does, stop }) => [comesBack, does, stop]);
}

Deno.test("Whether another one starts by itself is told by its state and its policy", async () => {
  const stop = "docker stop other";
  const update = `${stop}; docker update --restart=no other`;
  assertEquals(await beside({}), [[false, "is stopped", stop]]);
  assertEquals(await beside(running), [[true, "runs", stop]]);
  assertEquals(
    await beside({ restartPolicy: "on-failure:3", status: "exited" }),
    [[true, 'is stopped and has the restart policy "on-failure:3"', update]],
  );
  assertEquals(await beside({ status: "restarting" }), [
    [true, "starts again and again", stop],
  ]);
  assertEquals(await beside({ status: "paused" }), [[true, "is paused", stop]]);
});

Deno.test("One that gave way blocks nothing, and is named where it has a policy", async () => {
  const name = "db.before";
  const [found] = await beside({ name, restartPolicy: "always" });
  assertEquals(found?.[0], false);
  const [back] = await beside({ name, ...running });
  assertEquals(back?.[0], true);
});

Deno.test("Of another image, of another directory, and of a run are no others", async () => {
  for (
    const other of [
      { image: "restic:latest" },
      { mounts: [bind("/srv/web", OLD)] },
      { mounts: [bind("/srv/db", "/backup")] },
      { mounts: [volume("db", OLD)] },
      // A cluster of its own above it.
      { mounts: [bind("/srv", OLD)] },
      { name: "pgladder-20261130-091500-k3f9-dump-1", ...running },
      { labels: { "pgladder.run": "" }, ...running },
      ...["-before", ".before", ".after"].map((it) => ({ name: `db${it}` })),
      { command: ["pg_dumpall", "-h", "db"], ...running },
    ]
  ) assertEquals(await beside(other), [], JSON.stringify(other));
});

Deno.test("A server's own words, one above it and one within are others", async () => {
  for (
    const other of [
      { command: ["-c", "fsync=on"] },
      { command: ["postgres"] },
      { mounts: [bind("/srv", OLD)], env: { PGDATA: `${OLD}/db` } },
      { image: "postgres:18", mounts: [bind("/srv/db", NEW)] },
      { name: "db-before", restartPolicy: "always" },
    ]
  ) assertEquals((await beside(other)).length, 1, JSON.stringify(other));
});
