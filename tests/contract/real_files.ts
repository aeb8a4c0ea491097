import { Disk } from "../../lib/adapter/disk.ts";
import { filesContract } from "./files.ts";
import { diskTests } from "./files_on_disk.ts";

/** Run inside of a rig: its disks of three kinds, and its root. */
for (const place of ["/srv/xfs", "/srv/ext4", "/srv/btrfs", "/var/tmp"]) {
  const directory = () => Deno.makeTempDir({ dir: place, prefix: "contract-" });
  filesContract(place, async () => ({
    files: new Disk(),
    directory: await directory(),
  }));
  diskTests(place, directory);
}
