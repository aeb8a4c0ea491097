import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";

/**
 * A process that is killed at, or has an error from, its system calls, see
 * sweep.ts. PGLADDER_KILLS says how many cases; "all" for each of them.
 */
const CASES = Deno.env.get("PGLADDER_KILLS") ?? "24";
const SEED = Deno.env.get("PGLADDER_SEED") ?? "1";

const NEEDED = ["unshare", "strace"];

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

Deno.test({
  name: "Killed, or failed, at a system call: the next process goes on or back",
  ignore: !canRun(),
  fn: async () => {
    const script = fromFileUrl(new URL("./sweep.ts", import.meta.url));
    const { success, stdout, stderr } = await new Deno.Command("unshare", {
      args: [
        ...["--mount", "--propagation", "private", "--"],
        ...[Deno.execPath(), "run", "-A", script],
        ...[`--cases=${CASES}`, `--seed=${SEED}`],
      ],
    }).output();
    const [said = "", failed = ""] = [stdout, stderr]
      .map((bytes) => new TextDecoder().decode(bytes));
    // deno-lint-ignore no-console
    console.log(`  ${said.trim()}`);
    assert(success, `${said}\n${failed}`);
  },
});
