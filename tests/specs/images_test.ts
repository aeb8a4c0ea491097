import { assertEquals, assertStringIncludes } from "@std/assert";
import { flat, Host } from "./host.ts";

/**
 * What the new image lacks, or what does not fit its server, is refused in
 * `plan`, by a throw-away server of it, while the old one serves. "dial" is an
 * extension made for it: one function of citext's, in a library of that name.
 */

const NAME = "specs-images";
const IMAGE = "docker.io/library/postgres:";

let host: Host;

/** `make TAG FROM SCRIPT [COMMAND]`: an image of another one, by bash in it. */
const MAKE = `
  make() {
    podman run -d --name made --network none --entrypoint sleep ${IMAGE}$2 600 >/dev/null
    podman exec made bash -ceu "$3"
    podman commit -q --change 'ENTRYPOINT ["docker-entrypoint.sh"]' \\
      --change "CMD \${4:-[\\"postgres\\"]}" made ${IMAGE}$1 >/dev/null
    podman rm -fv -t 0 made >/dev/null
  }`;

/** In an image: the extension's default version, its scripts, and its library. */
const dial = (version: string, scripts: readonly string[], library = true) => `
  lib=$(dirname "$(readlink -f "$(command -v postgres)")")/../lib
  ${library ? "cp $lib/citext.so $lib/dial.so" : ":"}
  cd /usr/share/postgresql/*/extension
  printf "default_version = %s\\n" "'${version}'" >dial.control
  for script in ${scripts.join(" ")}; do
    case $script in
      *--*--*) echo "COMMENT ON FUNCTION dial(text) IS '$script';" ;;
      *) echo "CREATE FUNCTION dial(text) RETURNS int LANGUAGE c IMMUTABLE STRICT AS '\\$libdir/dial', 'citext_hash';" ;;
    esac >"$script.sql"
  done`;

const OLD = dial("1.1", ["dial--1.0", "dial--1.1", "dial--1.0--1.1"]);
/** A file of the image's own, which its command names. */
const CONF = "/etc/dial.conf";
const COMMAND = `["postgres", "-c", "config_file=${CONF}"]`;
const conf = (...lines: string[]) =>
  `printf '%s\\n' ${
    ["listen_addresses = '*'", ...lines].map((line) =>
      `"${line.replaceAll('"', '\\"')}"`
    ).join(" ")
  } >${CONF}`;

const shellWord = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

const IMAGES = [
  MAKE,
  `make 15-dial 15 ${shellWord(OLD)}`,
  `make 17-version 17 ${
    shellWord(dial("2.0", ["dial--2.0", "dial--1.1--2.0"]))
  }`,
  `make 17-library 17 ${
    shellWord(
      dial("1.1", ["dial--1.0", "dial--1.1", "dial--1.0--1.1"], false),
    )
  }`,
  `podman run --rm --network none --entrypoint bash ${IMAGE}15-dial -c 'base64 /usr/lib/postgresql/15/lib/dial.so' >/root/dial`,
  `make 17-preload 17 ${
    shellWord(dial("1.1", ["dial--1.0", "dial--1.1", "dial--1.0--1.1"]))
  }`,
  // A library of another server's: it is there, and no server of 17 takes it.
  `podman run -d --name made --network none --entrypoint sleep ${IMAGE}17-preload 600 >/dev/null
   podman exec -i made bash -c 'base64 -d >/usr/lib/postgresql/17/lib/dial.so' </root/dial
   podman commit -q --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["postgres"]' made ${IMAGE}17-preload >/dev/null
   podman rm -fv -t 0 made >/dev/null`,
  `make 15-told 15-dial ${
    shellWord(conf("shared_preload_libraries = 'dial'"))
  } ${shellWord(COMMAND)}`,
  `make 17-dial 17 ${shellWord(OLD)}`,
  `make 17-untold 17-dial ${shellWord(conf())} ${shellWord(COMMAND)}`,
  `make 17-told 17-dial ${
    shellWord(conf("shared_preload_libraries = 'dial'"))
  } ${shellWord(COMMAND)}`,
].join("\n");

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.shell(IMAGES);
  await host.rig(
    ...["db", NAME, "db", "--image", `${IMAGE}15-dial`, "--inner"],
    ...["/var/lib/postgresql/data", "--cmd", "-c"],
    ...["--cmd", "shared_preload_libraries=dial"],
  );
  await host.ok(
    ...["podman", "exec", "db", "psql", "-XqU", "postgres"],
    ...["-c", "CREATE DATABASE app"],
  );
  await ask("CREATE EXTENSION dial VERSION '1.0'");
  await ask("CREATE TABLE word AS SELECT 'a' AS word");
});
Deno.test.afterAll(() => Host.lower(NAME));

const ask = async (sql: string) =>
  (await host.ok(
    ...["podman", "exec", "db", "psql", "-XAtqU", "postgres", "app", "-c", sql],
  )).trim();

const containerId = async (name: string) =>
  (await host.ok("podman", "inspect", "-f", "{{.Id}}", name)).trim();

/** Refused, in those words, and nothing of the service was touched. */
async function checkRefused(
  name: string,
  words: readonly string[],
  ...says: readonly string[]
) {
  const before = await containerId(name);
  for (const verb of ["plan", "upgrade"]) {
    const { code, stderr, stdout } = await host.pgladder(
      ...[verb, name, ...words, "--switch", "unit"],
      ...verb === "upgrade" ? ["--yes"] : [],
    );
    assertEquals(code, 3, stderr + stdout);
    for (const it of says) assertStringIncludes(flat(stderr + stdout), it);
  }
  assertEquals(await containerId(name), before);
  assertEquals(host.exists(`/srv/${name}.pgladder`), false);
}

Deno.test("An extension that the new image does not have is refused", () =>
  checkRefused(
    "db",
    ["--to", "17"],
    'postgres:17 does not have dial (in database "app")',
    "Take an image that has it, or DROP EXTENSION",
  ));

Deno.test("A library that the new image does not have is refused, by either way", async () => {
  const gone =
    'could not access file "$libdir/dial": No such file or directory';
  await checkRefused(
    "db",
    ["--to", "17-library"],
    `postgres:17-library cannot make dial (in database "app": ${gone})`,
    "Take an image in which it can be made, or DROP EXTENSION",
  );
  await checkRefused(
    "db",
    ["--to", "17-library", "--method", "pg_upgrade"],
    `postgres:17-library cannot load $libdir/dial (in database "app": ${gone})`,
  );
});

Deno.test("A library to be preloaded that the new server does not take is refused", () =>
  checkRefused(
    "db",
    ["--to", "17-preload"],
    "postgres:17-preload does not start with shared_preload_libraries = 'dial': incompatible library",
    "version mismatch",
  ));

Deno.test("A setting of the old image's own file that the new one's lacks is refused, and one that it has is not", async () => {
  await host.rig(
    ...["db", NAME, "told", "--image", `${IMAGE}15-told`, "--inner"],
    ...["/var/lib/postgresql/data", "--port", "5433"],
  );
  const told = (sql: string) =>
    host.ok(
      ...["podman", "exec", "told", "psql", "-XqU", "postgres", "-c", sql],
    );
  await told("CREATE EXTENSION dial");
  await checkRefused(
    "told",
    ["--to", "17-untold"],
    "the old image sets it, and docker.io/library/postgres:17-untold does not: shared_preload_libraries = 'dial'",
    "Set it where it stays: ALTER SYSTEM SET in the old server",
  );
  const { code, stderr } = await host.pgladder(
    ...["plan", "told", "--to", "17-told", "--switch", "unit"],
  );
  assertEquals(code, 0, stderr);
  // As the words say.
  await told("ALTER SYSTEM SET shared_preload_libraries = 'dial'");
  await host.ok("systemctl", "restart", "podman-told");
  await host.ok(
    ...["timeout", "60", "bash", "-c"],
    "until podman exec told pg_isready -q; do sleep 0.2; done",
  );
  const then = await host.pgladder(
    ...["plan", "told", "--to", "17-untold", "--switch", "unit"],
  );
  assertEquals(then.code, 0, then.stderr);
  await host.ok("systemctl", "stop", "podman-told");
});

Deno.test("A library that the old image itself lacks is refused by dump", async () => {
  const move = (from: string, to: string) =>
    host.ok(
      ...["podman", "exec", "-u", "0", "db", "mv"],
      ...[from, to].map((it) => `/usr/lib/postgresql/15/lib/${it}`),
    );
  await move("dial.so", "dial.gone");
  await checkRefused(
    "db",
    ["--to", "17-version"],
    'postgres:15-dial itself does not have the library of dial, "$libdir/dial" (in database "app")',
    `In the old server first, in database "app": ALTER EXTENSION dial UPDATE TO '1.1'`,
  );
  await move("dial.gone", "dial.so");
});

Deno.test("A version that the new image does not lead on from is refused with the way, which is typed", async () => {
  const words = ["--to", "17-version", "--method", "pg_upgrade"];
  const way = "ALTER EXTENSION dial UPDATE TO '1.1'";
  await checkRefused(
    "db",
    words,
    'postgres:17-version has dial 2.0 without a script from 1.0 (in database "app")',
    `In the old server first, in database "app": ${way}`,
  );
  await ask(way);
  const done = await host.pgladder(
    ...["upgrade", "db", ...words, "--switch", "unit", "--yes"],
  );
  assertEquals(done.code, 0, done.stderr + done.stdout);
  assertEquals(
    await ask(
      "SELECT extversion, dial('a') = dial('A') FROM pg_extension WHERE extname = 'dial'",
    ),
    "2.0|t",
  );
});
