import { assertEquals } from "@std/assert";
import { join } from "@std/path";

/** What takes the place of a setting that a later server does not have. */

const HERE = import.meta.dirname ?? ".";

function successor(name: string, value: string): string {
  const { stdout } = new Deno.Command("bash", {
    args: [
      "-c",
      `. ${join(HERE, "lib.sh")}; . ${join(HERE, "settings.sh")}
      control_field() { echo $((32 << 20)); }
      successor "$@"`,
      ...["bash", name, value],
    ],
  }).outputSync();
  return new TextDecoder().decode(stdout);
}

Deno.test("A renamed setting is adapted, any other has no successor", () => {
  assertEquals(
    successor("Password_Encryption", "'ON'"),
    "password_encryption = md5",
  );
  assertEquals(successor("password_encryption", "'nonsense'"), "");
  assertEquals(successor("wal_keep_segments", "10"), "wal_keep_size = '320MB'");
  assertEquals(successor("old_snapshot_threshold", "1h"), "");
});
