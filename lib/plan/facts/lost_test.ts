import { assertEquals } from "@std/assert";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import {
  STORE,
  type Trouble,
  troubledHost,
} from "../../../tests/sample/troubled_host.ts";
import { TROUBLES } from "../../../tests/sample/troubles.ts";
import { Failure } from "../../base/failure.ts";
import { lostFacts, lostOf } from "./lost.ts";

const NEW = `${STORE}/new_rows/_data`;
const LOST = `${STORE}/old_rows/_data`;

function host(): ReturnType<typeof troubledHost> {
  const [, trouble] = TROUBLES["project-was-renamed"] ?? [];
  return troubledHost(trouble as Trouble);
}

const found = (volume: string | undefined, to = "18") =>
  lostOf(
    { container: "db", to, ...volume === undefined ? {} : { volume } },
    host(),
  );

Deno.test("The cluster that --volume names is read where it lies, and comes to the container's own place", async () => {
  const unserved = await found(LOST);
  assertEquals(
    [unserved?.major, unserved?.cluster, unserved?.old, unserved?.active],
    [17, "", "postgres:17", true],
  );
  assertEquals(unserved?.mount.source, NEW);
  const { inode, ...lost } = unserved?.lost ?? {};
  assertEquals(inode, (await host().files.look(LOST))?.inode);
  assertEquals(lost, { path: LOST, volume: "old_rows", serves: true });
  // The directory above it does as well; and the same version may have it.
  assertEquals((await found(`${STORE}/old_rows`))?.lost?.path, LOST);
  assertEquals((await found(LOST, "17"))?.old, "postgres:17");
});

Deno.test("What the container has mounted itself, and what holds no cluster, is not lost", async () => {
  for (const path of [undefined, NEW, "/srv", "/nowhere"]) {
    assertEquals(await found(path), undefined, path);
  }
});

Deno.test("An older version than that of the lost cluster is refused", async () => {
  const { code, exit, hint } = await rejectedBy(
    () => found(LOST, "16"),
    Failure,
  );
  assertEquals([code, exit], ["not-running", 3]);
  assertEquals(/Name 17 or a later one/.test(hint), true, hint);
});

Deno.test("Of a container that serves what is younger, a plan tells of the other one", async () => {
  const ports = host();
  const container = await ports.containers.inspect("db");
  if (container === undefined) throw new Error("There is no container");
  const nothing = { found: undefined, ofVolume: {} as never, request: {} };
  const told = await lostFacts({ container }, nothing, ports);
  assertEquals(told, {
    beside: {
      found:
        "its cluster is younger and smaller, and a cluster of 17 with 140 tables and indexes lies in the volume old_rows, last written 2026-11-30 02:00 UTC",
      next:
        'See "pgladder status db": it says how the other one comes into its place',
    },
  });
});
