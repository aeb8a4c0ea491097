import { assertEquals, assertMatch } from "@std/assert";
import { typedLines } from "../sample/typed.ts";
import { Database } from "./database.ts";
import { flat, Host, until } from "./host.ts";

/**
 * What README, the help and the man page have a person type is typed, as it
 * stands there, by an operator in an empty directory.
 */

const NAME = "specs-printed";
const PLACE = "/root/place";
let host: Host;
let database: Database;

/** Lines for other hosts, and the specs that type them there. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "--runtime docker": "parents, compose",
  "--switch compose": "compose",
  "--rebuild-command": "nixos",
  "--switch quadlet": "quadlet",
  "--nix-option": "nixos, nixos_tree",
  // A version that is somebody else's: with the images' own it is in the spec.
  "--to 17.11": "minor",
  "--volume PATH": "lost",
  // Of a database that does not serve.
  "--to 16": "trouble",
  "--from postgres:16": "unserved",
  "--to-old": "unserved",
};

const typed = new Set<string>();

/** As it stands, or with words of this host in the place of an example's. */
async function type(
  line: string,
  { answer, as = line, codes = [0] }: {
    answer?: string;
    as?: string;
    codes?: readonly number[];
  } = {},
): Promise<string> {
  typed.add(line);
  const { code, stderr, stdout } = await host.exec(
    ...["env", "-C", PLACE, "TERM=xterm", "bash", "-c"],
    // A terminal of its own, which has the answer before it is asked.
    answer === undefined ? as : `script -qec "$1" /dev/null <<<"$2"`,
    ...["type", as, answer ?? ""],
  );
  assertEquals(
    codes.includes(code),
    true,
    `${as}: ${code}\n${stdout}${stderr}`,
  );
  return stdout;
}

async function changeUnit(from: string, to: string): Promise<void> {
  await host.ok("sed", "-i", `s|:${from}|:${to}|`, database.unitFile);
  await host.ok("systemctl", "daemon-reload");
}

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 100 });
  await host.shell(
    `mkdir -p ${PLACE} /etc/bash_completion.d /etc/fish/completions /usr/local/share/zsh/site-functions`,
  );
});
Deno.test.afterAll(() => Host.lower(NAME));

Deno.test("what needs no run", async () => {
  for (
    const page of [
      ...[" --man", " close", " docker", " nixos", " runbook", " trouble"],
      ...[" upgrade", ""],
    ]
  ) await type(`pgladder help${page}`);
  await type("pgladder version");
  await type("pgladder completions bash");
  for (
    const place of [
      "bash > /etc/bash_completion.d/pgladder",
      "fish > /etc/fish/completions/pgladder.fish",
      "zsh > /usr/local/share/zsh/site-functions/_pgladder",
    ]
  ) {
    await type(`pgladder completions ${place}`);
    assertMatch(host.read(place.split(" > ")[1] ?? ""), /pgladder/);
  }
  await type("pgladder ansible DIR");
  await type("pgladder ansible rollout");
  await host.shell(`rm -r ${PLACE}/rollout`);
  JSON.parse(await type("pgladder ansible rollout --json"));
  await type("pgladder status");
});

Deno.test("the days before", async () => {
  await type("pgladder plan db --to 17");
  await type("pgladder plan db --to 17 --commands");
  await type("pgladder plan db --to 17 --switch unit");
  JSON.parse(await type("pgladder plan db --to 17 --json"));
  await type("pgladder rehearse db --to 17");
  await type("pgladder rehearse db --to 17 --method pg_upgrade");
  await type("pgladder rehearse db --clean");
});

Deno.test("an upgrade whose tag the operator changes, and back", async () => {
  await type("pgladder upgrade db --to 17", { answer: "yes", codes: [5] });
  await type("pgladder status");
  await type("pgladder status db");
  const { run } = JSON.parse(await type("pgladder status db --json"));
  for (const word of ["--follow", "--watch"]) {
    const line = `pgladder status db ${word}`;
    // It watches until somebody stops it; a signal it may take for the end.
    await type(line, {
      as: `timeout --foreground -s INT 5 ${line}`,
      answer: "",
      codes: [0, 124, 130],
    });
  }
  await type("pgladder report db --format markdown");
  await type("pgladder report db --output upgrade.html");
  assertMatch(host.read(`${PLACE}/upgrade.html`), /<!DOCTYPE html>/i);
  await type("pgladder bundle db");
  assertEquals(host.exists(`${PLACE}/pgladder-${run}.tar`), true);
  await type("pgladder bundle db --output /tmp/bug.tar");
  // A file system in memory, which this machine does not see.
  await host.ok("test", "-s", "/tmp/bug.tar");

  await changeUnit("15", "17");
  await type("pgladder resume db");
  assertEquals(await database.version(), "17");
  await type("pgladder rollback db", { answer: "db", codes: [5] });
  await changeUnit("17", "15");
  await type("pgladder resume");
  assertEquals(await database.version(), "15");
  await type("pgladder commit db", { answer: "db" });
  await type("pgladder report db --run 20261123-003327-3359", {
    as: `pgladder report db --run ${run}`,
  });
});

Deno.test("an upgrade that changes the unit file, and back", async () => {
  await type("pgladder upgrade db --to 17 --switch unit", { answer: "yes" });
  assertEquals(await database.version(), "17");
  await type("pgladder rollback db --confirm db");
  assertEquals(await database.version(), "15");
  await type("pgladder commit db --confirm db");
});

Deno.test("an upgrade in a unit of systemd's, turned back where it waits", async () => {
  await type("pgladder upgrade db --to 17 --yes --detach", { codes: [0, 5] });
  await waits();
  await type("pgladder resume db --detach", { codes: [0, 5] });
  await waits();
  await type("pgladder rollback", { answer: "yes" });
  assertEquals(await database.version(), "15");
});

Deno.test("an upgrade that is told to change nothing itself", async () => {
  await type("pgladder upgrade db --to 17 --switch manual", {
    answer: "yes",
    codes: [5],
  });
  await type("pgladder rollback", { answer: "yes" });
  assertEquals(await database.version(), "15");
});

const waits = () =>
  until("it waits for the operator", async () => {
    const { stdout } = await host.pgladder("status", "db", "--json");
    const unit = await host.exec("systemctl", "is-active", "pgladder-*");
    return JSON.parse(stdout).state === "waiting" &&
      !/^active/m.test(unit.stdout);
  }, 300);

Deno.test("no line is left that nobody types", async () => {
  const left = typedLines().filter((line) => !typed.has(line));
  const elsewhere = (line: string) =>
    Object.entries(ELSEWHERE).find(([words]) => line.includes(words))?.[1];
  assertEquals(left.filter((line) => elsewhere(line) === undefined), []);
  for (const [words, specs] of Object.entries(ELSEWHERE)) {
    assertEquals(left.some((line) => line.includes(words)), true, words);
    for (const spec of specs.split(", ")) {
      const text = await Deno.readTextFile(
        new URL(`./${spec}_test.ts`, import.meta.url),
      );
      assertMatch(text, /pgladder|host\.begin/, flat(spec));
    }
  }
});
