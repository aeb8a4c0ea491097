import { assertEquals } from "@std/assert";
import { mountOver, mountsBelow, parseMountinfo } from "./mounts.ts";

const MOUNTS = parseMountinfo(
  `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
30 22 0:41 /@data /srv ro,noatime - btrfs /dev/mapper/pg rw,subvol=/@data
31 30 0:42 / /srv/a\\040b\\134c rw shared:2 master:3 - zfs tank/pg\\040one rw
32 30 254:9 /old /srv/pg rw - xfs /dev/vdb rw
33 30 254:9 /new /srv/pg rw - xfs /dev/vdb rw
`,
);

Deno.test("Mounts: a line of mountinfo", () => {
  assertEquals(MOUNTS[2], {
    device: "0:42",
    root: "/",
    point: "/srv/a b\\c",
    type: "zfs",
    source: "tank/pg one",
    options: ["rw", "rw"],
  });
  assertEquals(MOUNTS[1]?.options.includes("ro"), true);
});

Deno.test("Mounts: the one that a path is on", () => {
  const point = (path: string) => mountOver(MOUNTS, path)?.point;
  assertEquals(point("/"), "/");
  assertEquals(point("/srvx"), "/");
  assertEquals(point("/srv"), "/srv");
  assertEquals(point("/srv/a b\\c/d"), "/srv/a b\\c");
  // The later one lies over the earlier.
  assertEquals(mountOver(MOUNTS, "/srv/pg/x")?.root, "/new");
  assertEquals(mountOver([], "/"), undefined);
});

Deno.test("Mounts: those at a path or below", () => {
  assertEquals(mountsBelow(MOUNTS, "/srv/pg"), ["/srv/pg", "/srv/pg"]);
  assertEquals(mountsBelow(MOUNTS, "/srv/p"), []);
  assertEquals(mountsBelow(MOUNTS, "/").length, 5);
});
