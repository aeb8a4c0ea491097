import { assertEquals } from "@std/assert";
import { abortedOf, backupOf, stateDirectoryOf } from "./paths.ts";

Deno.test("What a run keeps lies beside the volume", () => {
  assertEquals(backupOf("/srv/db"), "/srv/db.bak");
  assertEquals(abortedOf("/srv/db"), "/srv/db.aborted");
  assertEquals(stateDirectoryOf("/srv/db"), "/srv/db.pgladder");
  assertEquals(backupOf("/srv/volumes/_data"), "/srv/volumes/_data.bak");
});

Deno.test("Of a named volume it lies outside of what goes with the volume", () => {
  const volume = "/var/lib/docker/volumes/db/_data";
  assertEquals(backupOf(volume), "/var/lib/docker/volume-db.bak");
  assertEquals(abortedOf(volume), "/var/lib/docker/volume-db.aborted");
  assertEquals(stateDirectoryOf(volume), "/var/lib/docker/volume-db.pgladder");
});
