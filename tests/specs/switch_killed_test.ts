import { assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { Host } from "./host.ts";
import { readJournal, wordsOf } from "./journal.ts";
import { makeUnitsReadOnly } from "./read_only.ts";

/**
 * The three switches that need no configuration of a kind of its own, each
 * killed in the switch on the way to 18 and killed there again on the way
 * back, on a host where nobody can write to /etc/systemd/system.
 */

const NAME = "switch-killed";
const UNIT_FILE = "/usr/local/lib/systemd/system/podman-db.service";
const AT_WORK = "/var/tmp/at-work";
const OLD = ["postgres:15", "/srv/db:/var/lib/postgresql/data"] as const;
const NEW = ["postgres:18", "/srv/db:/var/lib/postgresql"] as const;
let host: Host;
let database: Database;
let unit: string;

const CHANGE = `#!/bin/bash
# Long enough to be met at work.
touch ${AT_WORK}; sleep 2; rm ${AT_WORK}
change() { sed -i -e "s|$1 |$3 |" -e "s|$2 |$4 |" ${UNIT_FILE}; }
case $PGLADDER_DIRECTION in
apply) change ${[...OLD, ...NEW].join(" ")} ;;
undo) change ${[...NEW, ...OLD].join(" ")} ;;
esac
systemctl daemon-reload
`;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 300 });
  await host.shell(`
    systemctl disable --quiet ${database.unit}
    mkdir -p ${UNIT_FILE.replace(/\/[^/]*$/, "")}
    mv ${database.unitFile} ${UNIT_FILE}
    # A word behind the image too, so that each value ends with a blank.
    sed -i '/^ExecStart=/s|$| postgres|' ${UNIT_FILE}
    systemctl daemon-reload
    systemctl enable --quiet ${database.unit}
    systemctl restart ${database.unit}
    cat >/usr/local/bin/change <<'END'
${CHANGE}END
    chmod 755 /usr/local/bin/change`);
  await makeUnitsReadOnly(host);
  await database.opens();
  await host.ok("systemctl", "start", database.app);
  await database.writes();
  unit = host.read(UNIT_FILE);
  await host.save("before");
});
Deno.test.afterAll(() => Host.lower(NAME));

const CONFIRM = ["--confirm", "db"];
const isAtWork = () => Promise.resolve(host.exists(AT_WORK));

interface Way {
  readonly words: readonly string[];
  /** It is killed when its program is at work, not when it begins. */
  readonly program?: true;
  /** What a person does when it waits with exit code 5. */
  readonly byHand?: (direction: "apply" | "undo") => Promise<void>;
}

const WAYS: Readonly<Record<string, Way>> = {
  unit: { words: [] },
  command: {
    words: ["--switch-command", "/usr/local/bin/change"],
    program: true,
  },
  manual: {
    words: [],
    byHand: async (direction) => {
      await host.ok(
        ...["env", `PGLADDER_DIRECTION=${direction}`, "/usr/local/bin/change"],
      );
    },
  },
};

/** Killed where it stands in the switch; then resumed, and to its end. */
async function killedAndResumed(
  { program, byHand }: Way,
  words: readonly string[],
  direction: "apply" | "undo",
): Promise<void> {
  const climb = host.begin(...words);
  await climb.reaches(
    direction === "apply" ? "step-started switch" : "undo-started switch",
  );
  if (program) await climb.meets("its program at work", isAtWork);
  await climb.kill();
  if (byHand !== undefined) {
    const asked = await host.pgladder("resume", "db", ...CONFIRM);
    assertEquals(asked.code, 5, asked.stderr + asked.stdout);
    assertStringIncludes(asked.stderr, "Change the configuration of");
    await byHand(direction);
  }
  const { code, stdout, stderr } = await host.pgladder(
    ...["resume", "db", ...CONFIRM],
  );
  assertEquals(code, 0, stderr + stdout);
}

for (const [kind, way] of Object.entries(WAYS)) {
  Deno.test(`--switch ${kind}: killed in the switch, up to 18 and back, and resumed`, async () => {
    await host.restore("before");
    await database.opens();
    await database.writes();
    const up = ["upgrade", "db", "--to", "18", "--yes", "--switch", kind];
    await killedAndResumed(way, [...up, ...way.words], "apply");
    assertEquals(await database.version(), "18");
    await database.writes();
    await database.checkLosses();
    const changed = unit.replace(`${OLD[0]} `, `${NEW[0]} `)
      .replace(`${OLD[1]} `, `${NEW[1]} `);
    assertEquals(host.read(UNIT_FILE), changed);
    const words = wordsOf(readJournal(host, "/srv/db"));
    assertEquals(words.filter((word) => word === "step-done build").length, 1);

    await killedAndResumed(
      way,
      ["rollback", "db", "--yes", ...CONFIRM],
      "undo",
    );
    assertEquals(await database.version(), "15");
    await database.writes();
    assertEquals(host.read(UNIT_FILE), unit);
  });
}
