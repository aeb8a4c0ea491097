import { assertEquals } from "@std/assert";
import { Disk } from "../../lib/adapter/disk.ts";
import { libc } from "../../lib/adapter/libc.ts";
import { filesContract } from "./files.ts";
import { heldTests } from "./files_held.ts";
import { diskTests } from "./files_on_disk.ts";

/** Run inside of a rig: its disks of three kinds, and its root. */
for (const place of ["/srv/xfs", "/srv/ext4", "/srv/btrfs", "/var/tmp"]) {
  const directory = () => Deno.makeTempDir({ dir: place, prefix: "contract-" });
  filesContract(place, async () => ({
    files: new Disk(),
    directory: await directory(),
  }));
  diskTests(place, directory);
  heldTests(place, directory);
}

Deno.test("Disk: clones on XFS and btrfs, not on ext4", async () => {
  const files = new Disk();
  assertEquals(await files.canClone("/srv/xfs"), true);
  assertEquals(await files.canClone("/srv/btrfs"), true);
  assertEquals(await files.canClone("/srv/ext4"), false);
});

Deno.test({
  name: "Disk: file systems, each with its kind and UUID",
  // Without udev, as in the rig, only the kernel can tell.
  ignore: libc() === undefined,
  fn: async () => {
    const uuids = new Set<string>();
    for (const type of ["xfs", "ext4", "btrfs"]) {
      const facts = await new Disk().fileSystem(`/srv/${type}/not/there`);
      assertEquals([facts.type, facts.mount], [type, `/srv/${type}`]);
      assertEquals(
        /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(facts.uuid),
        true,
      );
      uuids.add(facts.uuid);
    }
    assertEquals(uuids.size, 3);
  },
});
