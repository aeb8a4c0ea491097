/** dist/pgladder for aarch64, built and run on whatever this machine is. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { must, run } from "../../lib/pack/bare_root.ts";
import { EmulatedRoot } from "./emulated_root.ts";

const HOME = fromFileUrl(new URL("../..", import.meta.url));
const JOURNAL = join(HOME, "tests/golden/journals/0.1.0/failed.json");
/** Where that journal's volume lies. */
const VOLUME = "/srv/xfs/db3";

/**
 * The journal's suites, but for the one that goes through all that a journal can
 * come to (an hour, emulated), and those of what the kernel is asked for.
 */
const SUITES = [
  ...[...Deno.readDirSync(join(HOME, "journal"))].map(({ name }) => name)
    .filter((name) => /(?<!fold_reach)_test\.ts$/.test(name)).sort()
    .map((name) => `journal/${name}`),
  ...["open_flags", "held_places", "durable"]
    .map((name) => `lib/adapter/${name}_test.ts`),
];

const WORK = await Deno.makeTempDir({ prefix: "pgladder-machines-" });
const FILE = join(WORK, "pgladder-aarch64");
let root: EmulatedRoot;

/** What the program says on this machine, from its source. */
const saidHere = (word: string) =>
  must(Deno.execPath(), ["run", "-A", join(HOME, "main.ts"), word]);

Deno.test.beforeAll(async () => {
  const script = join(HOME, "lib/pack/build.sh");
  const settings = ["ARCH=aarch64", "PACK_LEVEL=1"];
  await must("env", [...settings, "sh", script, HOME, FILE]);
  root = await EmulatedRoot.create(FILE);
});

Deno.test.afterAll(async () => {
  await root?.[Symbol.asyncDispose]();
  await Deno.remove(WORK, { recursive: true });
});

Deno.test("aarch64: on a machine of another kind it names the file to take", async () => {
  const { version } = JSON.parse(
    await Deno.readTextFile(join(HOME, "deno.json")),
  );
  const here = await must("uname", ["-m"]);
  assertEquals(await run("sh", [FILE, "version"]), {
    code: 1,
    stdout: "",
    stderr:
      `pgladder: This file is for aarch64, and this machine is ${here}: take pgladder-${version}-${here}`,
  });
});

Deno.test("aarch64: it starts, and says what it says elsewhere", async () => {
  assertEquals(await root.ok("uname -m"), "aarch64");
  for (const word of ["version", "help"]) {
    assertEquals(await root.ok(`pgladder ${word}`), await saidHere(word), word);
  }
});

Deno.test("aarch64: status tells a run, plan of nothing is refused", async () => {
  const state = root.at(`${VOLUME}.pgladder`);
  await Deno.mkdir(state, { recursive: true, mode: 0o700 });
  await Deno.copyFile(JOURNAL, join(state, "journal.json"));
  const told = await root.run(`pgladder status --volume ${VOLUME}`);
  assertEquals(told.code, 0, told.stderr);
  assertMatch(
    told.stdout,
    /^Run \S+ of "db3": 15\.18 → 17\.11, open, .*Next: +pgladder resume db3 /s,
  );
  assertEquals(await root.run("pgladder plan db --to 17"), {
    code: 3,
    stdout: "",
    stderr: "pgladder: Cannot find podman or docker on this host\n" +
      "  → Run pgladder on the host that runs the database's container",
  });
});

Deno.test("aarch64: the journal's suites, and those of the kernel's calls", async () => {
  // Some start Deno again, by its own name: so its loader is where others have it.
  const { code, stderr, stdout } = await root.run(`
    cd /repository
    here=$(echo /var/lib/pgladder/bin-*)
    mkdir -p /lib
    ln -sf $here/pgladder /lib/ld-linux-aarch64.so.1
    export LD_LIBRARY_PATH=$here/lib PGLADDER_LIBC=$here/lib/libc.so.6
    export DENO_DIR=/cache DENO_NO_UPDATE_CHECK=1
    exec $here/deno test -A --no-check --cached-only --frozen ${
    SUITES.join(" ")
  }`);
  const [, passed] = /^ok \| (\d+) passed/m.exec(stdout) ?? [];
  assertEquals(code, 0, `${stdout}\n${stderr}`);
  assert(Number(passed) > 0, stdout);
});
