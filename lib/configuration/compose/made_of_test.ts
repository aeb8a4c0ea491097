import { assertEquals } from "@std/assert";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import type { Container } from "../../port/containers.ts";
import { differenceOf } from "./made_of.ts";

const DATA = "/var/lib/postgresql/data";
const IMAGE = {
  id: "1",
  digest: "",
  env: { PGDATA: DATA, PG_MAJOR: "15" },
  volumes: [],
  command: ["postgres"],
};
const container: Container = {
  ...sampleFacts().container,
  name: "forum-db-1",
  image: "postgres:15",
  env: { ...IMAGE.env, POSTGRES_PASSWORD: "canary", PRICE: "$5" },
  command: ["postgres"],
  mounts: [
    { kind: "volume", name: "forum_db", source: "/v/_data", mountPath: DATA },
    { kind: "bind", name: "", source: "/s", mountPath: "/run/secrets/a" },
  ],
};
const SAME = {
  image: "postgres:15",
  command: null,
  environment: { POSTGRES_PASSWORD: "canary", PRICE: "$$5" },
  volumes: [{ type: "volume", source: "db", target: DATA }],
};
const ports = portsOf({
  containers: { image: () => Promise.resolve(IMAGE) },
});
const difference = (change: object) =>
  differenceOf(
    container,
    "db",
    JSON.stringify({
      services: { db: { ...SAME, ...change }, x: 1 },
      volumes: { db: { name: "forum_db" }, new: { name: "forum_new" } },
    }),
    ports,
  );

Deno.test("A container that is as its files are differs in nothing", async () => {
  assertEquals(await difference({}), {
    grave: false,
    parts: [],
    variables: [],
  });
  const ephemeral = [...SAME.volumes, { type: "tmpfs", target: "/x" }];
  assertEquals((await difference({ volumes: ephemeral }))?.parts, []);
});

for (
  const [change, grave, ...parts] of [
    [{ image: "postgres:16" }, false, "its image (postgres:15 → postgres:16)"],
    [{ command: ["postgres", "-cfsync=off"] }, false, "its command"],
    [{ container_name: "db" }, true, "its name (forum-db-1 → db)"],
    [
      { environment: { POSTGRES_PASSWORD: "other", NEW: "1" } },
      false,
      "NEW, POSTGRES_PASSWORD, PRICE in its environment",
    ],
    [
      { volumes: [{ source: "new", target: DATA }] },
      true,
      `what its data are in, the mount at ${DATA} (forum_db → forum_new)`,
    ],
    [
      { volumes: [] },
      true,
      `what its data are in, the mount at ${DATA} (forum_db → none)`,
    ],
    [
      { volumes: [...SAME.volumes, { source: "/srv/x", target: "/x/" }] },
      false,
      "the mount at /x/ (none → /srv/x)",
    ],
  ] as const
) {
  Deno.test(`What differs is named: ${parts.join("")}`, async () => {
    const found = await difference(change);
    assertEquals(found?.grave, grave);
    assertEquals(found?.parts, [...parts]);
    assertEquals(JSON.stringify(found).includes("canary"), false);
  });
}

Deno.test("What compose prints may be anything", async () => {
  for (const text of ["", "{}", '{"services":{"db":7}}', "[]"]) {
    assertEquals(await differenceOf(container, "db", text, ports), undefined);
  }
});
