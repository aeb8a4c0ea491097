import { assertEquals } from "@std/assert";
import { Disk } from "../../lib/adapter/disk.ts";
import { libc } from "../../lib/adapter/libc.ts";
import { filesContract, type Planted } from "./files.ts";
import { heldTests } from "./files_held.ts";
import { diskTests } from "./files_on_disk.ts";

function plant(path: string, uid: number, what: Planted): void {
  if (what === "pipe") must("mkfifo", path);
  else if ("link" in what) Deno.symlinkSync(what.link, path);
  else Deno.writeTextFileSync(path, what.text);
  must("chown", "-h", `${uid}:${uid}`, path);
}

function must(program: string, ...args: readonly string[]): void {
  const { success } = new Deno.Command(program, { args: [...args] })
    .outputSync();
  if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
}

function enter(directory: string): () => void {
  const before = Deno.cwd();
  Deno.chdir(directory);
  return () => Deno.chdir(before);
}

/** Run inside of a rig: its disks of three kinds, and its root. */
for (const place of ["/srv/xfs", "/srv/ext4", "/srv/btrfs", "/var/tmp"]) {
  const directory = () => Deno.makeTempDir({ dir: place, prefix: "contract-" });
  filesContract(place, async () => {
    const made = await directory();
    return {
      files: new Disk(),
      directory: made,
      plant,
      enter: () => enter(made),
    };
  });
  diskTests(place, directory);
  heldTests(place, directory);
}

Deno.test("Disk: clones on XFS and btrfs, not on ext4", async () => {
  for (const [type, can] of [["xfs", true], ["btrfs", true], ["ext4", false]]) {
    // It is tried out beside the directory, so one below the mount point.
    const directory = await Deno.makeTempDir({ dir: `/srv/${type}` });
    assertEquals(await new Disk().canClone(directory), can, `${type}`);
    await Deno.remove(directory);
  }
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
