import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Database } from "./database.ts";
import { Host, until } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";
import { Tmux } from "./tmux.ts";

/**
 * What an operator sees: terminals over ssh, in tmux. What was seen is kept in
 * dist/shots/session-*.svg.
 */

const NAME = "specs-session";
const RIG = fromFileUrl(new URL("../rig/rig", import.meta.url));
const UPGRADE = ["upgrade", "db", "--to", "17", "--switch", "unit"];
const BAR = /restore \w+ \[[#.]+\] .* of .*iB, \d+ %/;
let host: Host;
let database: Database;
let tmux: Tmux;

Deno.test.beforeAll(async () => {
  tmux = await Tmux.start();
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 2_500_000 });
  await host.pgladder("version");
});
Deno.test.afterAll(async () => {
  await tmux.stop();
  await Host.lower(NAME);
});

/** pgladder over ssh in a window of its own. */
const over = (name: string, columns: number, ...words: string[]) =>
  tmux.open(name, columns, 40, [
    ...[RIG, "exec", NAME, "--", "ssh", "-tt", "localhost", "pgladder"],
    ...words,
  ]);

const climbs = async (words: string) =>
  (await host.exec("pgrep", "-f", `^ssh -tt localhost pgladder ${words}`))
    .code === 0;

async function dropConnection(words: string) {
  await host.shell(
    `kill -KILL $(pgrep -f '^ssh -tt localhost pgladder ${words}')`,
  );
}

Deno.test("A session: begin, drop, follow from elsewhere, resume, commit", async () => {
  await database.writes();
  await over("first", 100, ...UPGRADE);
  await tmux.shows("first", /Type yes:/);
  await tmux.keep("first", "1-plan", 100);
  await tmux.type("first", "yes", "Enter");
  await tmux.shows("first", BAR);
  await tmux.shows("first", /downtime so far/);
  await tmux.keep("first", "2-upgrade", 100);
  const seen = await tmux.screen("first", true);
  assertStringIncludes(seen, "\u001b[36m[", "the numbers have no colour");

  await over("other", 80, "status", "db", "--follow");
  const followed = await tmux.shows("other", BAR);
  assertStringIncludes(followed, "] build started");
  await tmux.keep("other", "3-follow", 80);

  await dropConnection("upgrade db");
  const left = await tmux.shows("other", /Next: +pgladder resume db/);
  assert(!BAR.test(left), `what was drawn is left:\n${left}`);
  await tmux.keep("other", "4-dropped", 80);
  const { stdout } = await host.pgladder("status", "db");
  assertStringIncludes(stdout, "nobody is at work on it");

  await over("second", 100, "resume", "db");
  await tmux.shows("second", BAR);
  await tmux.resize("second", 60, 30);
  const narrow = await tmux.shows("second", /restore \w+ \[[#.]+\] \d+ %/);
  await tmux.keep("second", "5-narrow", 60);
  assertEquals(
    narrow.split("\n").filter((line) => /\[[#.]+\]/.test(line)).length,
    1,
    narrow,
  );
  const top = await tmux.shows("second", /Next: +pgladder commit db/, 900);
  assert(!/\[[#.]{8,}\]/.test(top), `what was drawn is left:\n${top}`);
  await tmux.keep("second", "6-upgraded", 60);

  await over("commit", 100, "commit", "db");
  await tmux.shows("commit", /there is no way back/);
  await tmux.type("commit", "db", "Enter");
  await tmux.shows("commit", /nothing to do/);
  await tmux.keep("commit", "7-commit", 100);
  assertEquals(await database.version(), "17");
  await database.writes();
  await database.checkLosses();
});

Deno.test("--watch fills the terminal, goes with Ctrl-C, and with its terminal", async () => {
  await over("watch", 90, "status", "--watch");
  await tmux.shows("watch", /No upgrade is open on this host/);
  await tmux.keep("watch", "8-watch", 90);
  await tmux.type("watch", "C-c");
  await until("it has ended", async () => !await climbs("status --watch"));
  await over("again", 90, "status", "--watch");
  await tmux.shows("again", /No run is open/);
  await tmux.close("again");
  await until(
    "it has ended with its terminal",
    async () =>
      (await host.exec("pgrep", "-f", "pgladder.* status --watch")).code !== 0,
  );
});

Deno.test("Without a terminal a line is written now and then, and no code", async () => {
  const climb = host.begin(
    "upgrade",
    "db",
    "--to",
    "18",
    "--switch",
    "unit",
    "--yes",
  );
  await climb.reaches("step-started build");
  const { code, stdout } = await host.pgladder(
    "status",
    "db",
    "--follow",
    "--json",
  );
  const { stderr } = await climb.end();
  assertEquals(code, 0, stderr);
  const all = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert(all.length > 2, `${all.length} lines`);
  assert(
    all.some(({ steps }) =>
      steps.some((step: { progress?: { unit: string; seconds: number } }) =>
        step.progress?.unit === "bytes" && step.progress.seconds >= 0
      )
    ),
    stdout,
  );
  // deno-lint-ignore no-control-regex
  assert(!/\u001b/.test(stderr), stderr);
  assertEquals(
    wordsOf(readJournal(host, "/srv/db")).at(-1),
    "step-done start-writers",
  );
});
