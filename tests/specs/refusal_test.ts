import { assert, assertEquals, assertMatch } from "@std/assert";
import { Database } from "./database.ts";
import { difference, footprint } from "./footprint.ts";
import { Host, type Output, until } from "./host.ts";
import { journalPath, readJournal } from "./journal.ts";
import { CHECKED, COMMAND_LINE, UP } from "./refusals.ts";

/** What cannot be done is said, with what to do instead; nothing changes. */

const NAME = "specs-refusal";
let host: Host;
let database: Database;
let before: string[];

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME, "--disk", "ext4", "--size", "600M");
  database = await Database.make(host);
  await host.shell(`
    mkdir /srv/mounted; mount -t tmpfs none /srv/mounted
    podman run -d --name sleeper --network none --entrypoint sleep docker.io/library/postgres:15 9999
    podman run -d --name 'odd_name.1' --network none --entrypoint sleep docker.io/library/postgres:15 9999`);
  for (
    const [name, directory, port] of [
      ["mounted", "/srv/mounted", "5433"],
      ["small", "/srv/ext4/small", "5434"],
    ] as const
  ) {
    await host.rig(
      ...["db", host.name, name, "--dir", directory, "--port", port],
    );
  }
  await host.pgladder("version");
  before = await standing();
});
Deno.test.afterAll(() => Host.lower(NAME));

/** What is there and since when it runs. */
async function standing(): Promise<string[]> {
  const running = await host.ok(
    ...["podman", "ps", "--format", "runs {{.Names}} {{.ID}}"],
  );
  return [...await footprint(host), ...running.trim().split("\n")];
}

/** The last two lines of what it said: the sentence and the hint. */
function checkSays(
  { stderr }: Output,
  sentence: string | RegExp,
  hint: string | RegExp,
): void {
  const lines = stderr.trimEnd().split("\n").slice(-2);
  const check = (line = "", start: string, wanted: string | RegExp) => {
    assert(line.startsWith(start), stderr);
    const words = line.slice(start.length);
    if (typeof wanted === "string") assertEquals(words, wanted);
    else assertMatch(words, wanted);
  };
  check(lines[0], "pgladder: ", sentence);
  check(lines[1], "  → ", hint);
}

async function checkUntouched(): Promise<void> {
  const { gone, new: left } = difference(before, await standing());
  // Where the one file has unpacked itself is no trace of a run.
  const allowed =
    /^(named|state) \/var\/(lib\/pgladder(\/runs)?|tmp\/pgladder-65534)$/;
  assertEquals(gone, []);
  assertEquals(left.filter((line) => !allowed.test(line)), []);
  await database.writes();
}

for (
  const { after, code, given, hint, name, says, words } of [
    ...COMMAND_LINE,
    ...CHECKED,
  ]
) {
  Deno.test(`refused: ${name}`, async () => {
    if (given !== undefined) await host.shell(given);
    try {
      const output = await host.pgladder(...words);
      assertEquals(output.code, code, output.stderr);
      checkSays(output, says, hint);
    } finally {
      if (after !== undefined) await host.shell(after);
    }
    assertEquals(host.exists("/var/tmp/pwned"), false);
    await checkUntouched();
  });
}

Deno.test("refused: not root", async () => {
  const output = await host.exec(
    ...["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
    ...["env", "HOME=/tmp", "pgladder", "upgrade", "db", "--to", "17"],
  );
  assertEquals(output.code, 3, output.stderr);
  checkSays(
    output,
    "pgladder must run as root; you are user 65534",
    "Nothing was changed. Run it as root: sudo pgladder upgrade db --to 17",
  );
});

Deno.test("the same version and digest: nothing to do, exit 0, and it says so", async () => {
  const output = await host.pgladder("upgrade", "db", "--to", "15", "--yes");
  assertEquals(output.code, 0, output.stderr);
  assertMatch(
    output.stdout,
    /^Nothing to do: "db" runs that very image \(15\.\d+\) already\.\n$/,
  );
  await checkUntouched();
});

Deno.test("refused: a second pgladder while one is at work; the first goes on", async () => {
  const climb = host.begin("upgrade", "db", "--to", "17", ...UP);
  await climb.reaches("step-done prepare");
  for (
    const words of [
      ["upgrade", "db", "--to", "17", ...UP],
      ["resume", "db"],
      ["rollback", "db", "--yes"],
      ["commit", "db", "--confirm", "db"],
    ]
  ) {
    const output = await host.pgladder(...words);
    assertEquals(output.code, 6, output.stderr);
    checkSays(
      output,
      'Another pgladder is at work on "db"',
      'Watch it with "pgladder status db --follow"',
    );
  }
  assertEquals((await host.pgladder("status", "db")).code, 0);
  const stopped = await climb.kill("SIGTERM");
  assertEquals(stopped.code, 143, stopped.stderr);
  checkSays(
    stopped,
    "Stopped by SIGTERM; the journal is sound, jobs go on",
    'Go on with "pgladder resume db"',
  );
});

/** Each way to spoil a journal, and what is said then. */
const SPOILT = [
  {
    name: "cut short",
    spoil: (text: string) => text.slice(0, text.length * 2 / 3),
    says:
      /^Cannot read the journal: .* \("\/srv\/db\.pgladder\/journal\.json"\)$/,
    hint:
      'Nothing was touched. The old data are in "/srv/db" or "/srv/db.bak". Look before you move anything',
  },
  {
    name: "empty",
    spoil: () => "",
    says: /^Cannot read the journal: /,
    hint: /^Nothing was touched\. /,
  },
  {
    name: "with a changed byte",
    spoil: (text: string) => text.replace('"/srv/db.bak"', '"/srv/db.bax"'),
    says:
      'Cannot trust the journal: its checksum does not fit its content ("/srv/db.pgladder/journal.json")',
    hint: /^Nothing was touched\. /,
  },
  {
    name: "of a newer pgladder",
    spoil: (text: string) => text.replace('"minReader":1', '"minReader":2'),
    says:
      /^Cannot read the journal: pgladder [\d.]+ wrote it in format 2, this program reads 1 \(".*"\)$/,
    hint: "Use the pgladder that wrote it, or a later one",
  },
] as const;

Deno.test("refused: a journal that is cut short, changed, or from a newer version; nothing is touched", async () => {
  assert(readJournal(host, "/srv/db").length > 2);
  const path = host.path(journalPath("/srv/db"));
  const sound = Deno.readTextFileSync(path);
  const standingNow = await standing();
  for (const { hint, name, says, spoil } of SPOILT) {
    const spoilt = spoil(sound);
    assert(spoilt !== sound, name);
    Deno.writeTextFileSync(path, spoilt);
    for (
      const words of [
        ["status", "db"],
        ["resume", "db"],
        ["rollback", "db", "--yes"],
        ["commit", "db", "--confirm", "db"],
        ["upgrade", "db", "--to", "17", ...UP],
      ]
    ) {
      const output = await host.pgladder(...words);
      assertEquals(output.code, 7, `${name}, ${words[0]}: ${output.stderr}`);
      checkSays(output, says, hint);
    }
    assertEquals(Deno.readTextFileSync(path), spoilt);
  }
  assertEquals(difference(standingNow, await standing()), {
    gone: [],
    new: [],
  });
  Deno.writeTextFileSync(path, sound);
  const { code, stderr } = await host.pgladder("rollback", "db", "--yes");
  assertEquals(code, 0, stderr);
  await until("the database answers", async () => !await database.isClosed());
});
