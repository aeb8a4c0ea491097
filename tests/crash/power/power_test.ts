import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";

/**
 * Power cuts on XFS, ext4 and btrfs, see cuts.ts. PGLADDER_CUTS says how many
 * on each file system (each is gone on from in both ways, and cut again); few
 * where it is not set. PGLADDER_SEED chooses others.
 */
const CUTS = Deno.env.get("PGLADDER_CUTS") ?? "4";
const SEED = Deno.env.get("PGLADDER_SEED") ?? "1";
const MANY = 100;

const NEEDED = ["unshare", "mkfs.xfs", "mkfs.ext4", "mkfs.btrfs"];

function canRun(): boolean {
  const places = (Deno.env.get("PATH") ?? "").split(":");
  const has = (name: string) =>
    places.some((place) => {
      try {
        return Deno.statSync(`${place}/${name}`).isFile;
      } catch {
        // Not there.
        return false;
      }
    });
  return Deno.uid() === 0 && NEEDED.every(has);
}

/** Mounts are its own and go with it, whatever becomes of it. */
async function runCuts(...words: readonly string[]): Promise<void> {
  const script = fromFileUrl(new URL("./cuts.ts", import.meta.url));
  const { success, stdout, stderr } = await new Deno.Command("unshare", {
    args: [
      ...["--mount", "--propagation", "private", "--"],
      ...[Deno.execPath(), "run", "-A", script],
      ...words,
    ],
  }).output();
  const [said = "", failed = ""] = [stdout, stderr]
    .map((bytes) => new TextDecoder().decode(bytes));
  // deno-lint-ignore no-console
  console.log(`  ${said.trim()}`);
  assert(success, `${said}\n${failed}`);
}

Deno.test({
  name: "Power cuts on real file systems lose nothing",
  ignore: !canRun(),
  fn: () => runCuts(`--cuts=${CUTS}`, `--seed=${SEED}`),
});

Deno.test({
  name: "Weaker recipes do lose what was said to be safe",
  ignore: !canRun(),
  fn: () => runCuts(Number(CUTS) >= MANY ? "--weak=everywhere" : "--weak"),
});
