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

/** Runs the script's own functions on a data directory. */
function inData(data: string, script: string): string {
  const { code, stderr, stdout } = new Deno.Command("bash", {
    args: [
      "-c",
      `. ${join(HERE, "lib.sh")}; . ${join(HERE, "settings.sh")}; ${script}`,
    ],
    env: { PGDATA: data },
  }).outputSync();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(code, 0, text(stderr));
  return text(stdout).replaceAll(data, "");
}

Deno.test("The line that counts is found among thousands of files, and no large one or pipe is read", () => {
  const data = Deno.makeTempDirSync();
  try {
    const write = (name: string, text: string) =>
      Deno.writeTextFileSync(join(data, name), text);
    for (const name of ["many", "conf.d"]) Deno.mkdirSync(join(data, name));
    for (let at = 0; at < 1000; at++) write(`many/${at}.conf`, "# nothing\n");
    write("postgresql.conf", "a.b = 1\nport = 1\nport 2 # two\n");
    write("postgresql.auto.conf", "# none\n");
    write("conf.d/own.conf", "A.B = 3\n");
    write("conf.d/large.conf", "port = 3\n");
    Deno.truncateSync(join(data, "conf.d/large.conf"), 1 << 30);
    inData(data, `mkfifo "$PGDATA/conf.d/pipe.conf"`);
    const script = `grep() { echo >>"$PGDATA/calls"; command grep "$@"; }
      for name in port a.b axb; do setting_line $name || echo none; done`;
    assertEquals(
      inData(data, script),
      "/postgresql.conf:3\n/conf.d/own.conf:1\nnone\n",
    );
    const calls = Deno.readTextFileSync(join(data, "calls")).length;
    assertEquals(calls < 10, true, `${calls} programs for three names`);
  } finally {
    Deno.removeSync(data, { recursive: true });
  }
});

Deno.test("An include of what is not here is hidden for a trial, and shown after it", () => {
  const data = Deno.makeTempDirSync();
  try {
    const text =
      "include 'gone.conf'\ninclude_if_exists 'gone.conf'\nport = 1\n";
    Deno.writeTextFileSync(join(data, "postgresql.conf"), text);
    assertEquals(
      inData(data, `hide_includes; cat "$PGDATA/postgresql.conf"`),
      `#pgladder-hidden#${text}`,
    );
    assertEquals(
      inData(data, `show_includes; cat "$PGDATA/postgresql.conf"`),
      text,
    );
  } finally {
    Deno.removeSync(data, { recursive: true });
  }
});
