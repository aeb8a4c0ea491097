import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";

/** What a private server asks of the data, as far as it needs no database: run by this machine's bash. */

const HERE = import.meta.dirname ?? ".";

Deno.test("Data with a named pipe that a server would open are refused, since it would wait for it", async () => {
  const data = await Deno.makeTempDir();
  await Deno.mkdir(join(data, "base/5"), { recursive: true });
  await Deno.writeTextFile(join(data, "base/5/1259"), "");
  const ask = async () => {
    const { stdout } = await new Deno.Command("bash", {
      args: [
        "-c",
        `here=${HERE}; . ${HERE}/lib.sh; . ${HERE}/server.sh
        fail() { echo "$1"; exit 1; }
        require_no_pipes "$1"`,
        "bash",
        data,
      ],
      env: { LC_ALL: "C.UTF-8" },
    }).output();
    return new TextDecoder().decode(stdout);
  };
  await new Deno.Command("mkfifo", { args: [join(data, "pipe")] }).output();
  assertEquals(await ask(), "");
  const names = [
    ...["base/5/2619", "backup_label", "standby.signal", "PG_VERSION"],
    ...["postgresql.auto.conf", "postmaster.pid"],
  ];
  const making = [["mkfifo"], ["ln", "-s", "pipe"], ["ln", "-s", "link"]];
  await Deno.symlink("pipe", join(data, "link"));
  for (const [at, name] of names.entries()) {
    const [program = "", ...args] = making[at % making.length] ?? [];
    await new Deno.Command(program, { args: [...args, join(data, name)] })
      .output();
    assertMatch(await ask(), new RegExp(`^There is a named pipe .*${name}'`));
    await Deno.remove(join(data, name));
  }
  await Deno.remove(data, { recursive: true });
});

Deno.test("A private server has room for what the last one had, whatever had told it", async () => {
  const { stdout } = await new Deno.Command("bash", {
    args: [
      "-c",
      `here=${HERE}; . ${HERE}/lib.sh; . ${HERE}/server.sh
      control=$'max_prepared_xacts setting:   5\\nmax_locks_per_xact setting:   2048\\n'
      private=()
      at_least max_prepared_transactions 0 max_prepared_xacts
      at_least max_locks_per_transaction 1024 max_locks_per_xact
      at_least max_connections 100 max_connections
      echo "\${private[@]}"`,
    ],
    env: { LC_ALL: "C.UTF-8" },
  }).output();
  assertEquals(
    new TextDecoder().decode(stdout).trim(),
    "-c max_prepared_transactions=5 -c max_locks_per_transaction=2048 -c max_connections=100",
  );
});
