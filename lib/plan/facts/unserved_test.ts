import { assertEquals, assertStringIncludes } from "@std/assert";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import {
  type Trouble,
  troubledHost,
} from "../../../tests/sample/troubled_host.ts";
import { TROUBLES } from "../../../tests/sample/troubles.ts";
import { Failure } from "../../base/failure.ts";
import { placeOfUnserved, unservedOf } from "./unserved.ts";

const asked = (shape: string, to: string) => {
  const [container = "", trouble] = TROUBLES[shape] ?? [];
  const host = troubledHost(trouble as Trouble);
  return { host, found: unservedOf({ container, to }, host) };
};

/** What is known of it, and where the image that can read it looks. */
async function told(shape: string, to: string) {
  const { found, host } = asked(shape, to);
  const unserved = await found;
  if (unserved === undefined) return undefined;
  const { active, cluster, container, major, mount } = unserved;
  const [from, image] = await Promise.all([
    host.containers.image(container.image),
    host.containers.image(`postgres:${to}`),
  ]);
  if (image === undefined) throw new Error(`There is no image of ${to}`);
  return [
    major,
    mount.source,
    cluster,
    active,
    placeOfUnserved(unserved, { from, to: image }).inner,
  ];
}

const DATA = "/var/lib/postgresql/data";

Deno.test("What restarts for ever is known by its disk, and by what makes it where it is gone", async () => {
  assertEquals(await told("compose-restarts", "16-alpine"), [
    ...[16, "/srv/shop/pgdata", "", true, DATA],
  ]);
  assertEquals(await told("unit-restarts", "15"), [
    ...[15, "/srv/db", "", true, DATA],
  ]);
});

Deno.test("Data of 17 below an image of 18 keep the mount that they have", async () => {
  assertEquals(await told("old-mount-under-18", "17"), [
    ...[17, "/var/lib/docker/volumes/dbdata/_data", "", true, DATA],
  ]);
});

Deno.test("What serves, or fits and does not run, is none", async () => {
  for (const shape of ["compose-serves", "unit-is-stopped"]) {
    assertEquals(await told(shape, "16"), undefined);
  }
});

Deno.test("A newer version than that of the data upgrades them, by an image that is shown", async () => {
  const old = async (shape: string, to: string) =>
    (await asked(shape, to).found)?.old;
  assertEquals(
    await old("compose-restarts", "17-alpine"),
    "postgres:16-alpine",
  );
  assertEquals(await old("compose-restarts", "16-alpine"), undefined);
  assertEquals(await old("old-mount-under-18", "18"), "postgres:17");
});

Deno.test("An older version than that of the data is refused with the one that it takes", async () => {
  const { found } = asked("compose-restarts", "15");
  const { code, exit, hint } = await rejectedBy(() => found, Failure);
  assertEquals([code, exit], ["not-running", 3]);
  assertEquals(
    hint,
    'PostgreSQL 15 cannot read them either. Name 16 or a later one, such as "pgladder upgrade shop-db-1 --to 16-alpine". See "pgladder status shop-db-1"',
  );
});

Deno.test("Data that another container serves are neither planned nor upgraded", async () => {
  for (const to of ["15", "17"]) {
    const { found } = asked("another-container-serves-them", to);
    const { code, hint, message } = await rejectedBy(() => found, Failure);
    assertEquals(code, "not-running");
    assertStringIncludes(
      message,
      'its data in "/srv/db" are in use by process 4711 ("postgres") in container "other"',
    );
    assertStringIncludes(hint, "Two servers on one directory ruin it.");
  }
});
