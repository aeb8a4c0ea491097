import { assertMatch } from "@std/assert";
import { tally } from "../tally.ts";
import { Attacks, type Method, toldOfHarm } from "./attack.ts";
import { LIES } from "./lies.ts";
import { inPlaceOfFiles, type Planting, rounds } from "./plantings.ts";

/** The hostile zoo, on a host. PGLADDER_HOSTILE=all takes every planting; else a sample. */
const all = Deno.env.get("PGLADDER_HOSTILE") === "all";
const skipped = Deno.env.get("PGLADDER_RIG") === "0";
const tried = { tried: 0, violations: 0 };
let attacks: Attacks;

Deno.test.beforeAll(async () => {
  if (!skipped) attacks = await Attacks.begin();
});
Deno.test.afterAll(async () => {
  if (skipped) return;
  tally("what a server's user or superuser plants", tried);
  await attacks.end();
});
Deno.test.afterEach(() => {
  const text = attacks.ends.splice(0).map((line) => `${line}\n`).join("");
  Deno.stdout.writeSync(new TextEncoder().encode(text));
});

function attack(name: string, plantings: number, fn: () => Promise<void>) {
  Deno.test({
    name,
    ignore: skipped,
    async fn() {
      tried.tried += plantings;
      tried.violations += 1;
      await fn();
      tried.violations -= 1;
    },
  });
}

const plantFiles = (plantings: readonly Planting[]) => () =>
  attacks.asOwner(
    [
      `mkdir -p "$PGDATA/conf.d"`,
      ...plantings.map(({ place, plant }) =>
        `f=$PGDATA/${place}; rm -rf "$f"; ${plant} || exit`
      ),
    ].join("\n"),
  );

for (const [round, plantings] of rounds().entries()) {
  const method: Method = round % 2 === 0 ? "dump" : "pg_upgrade";
  if (!all && round > 0) continue;
  attack(
    `files, round ${round}, ${method}`,
    plantings.length,
    () =>
      attacks.attack(
        `files, round ${round}`,
        method,
        plantFiles(plantings),
      ),
  );
}

for (const [at, planting] of inPlaceOfFiles().entries()) {
  const method: Method = at % 2 === 0 ? "dump" : "pg_upgrade";
  const name = `${planting.kind} in place of ${planting.place}`;
  if (!all) continue;
  const f = `f=$PGDATA/${planting.place}`;
  attack(name, 1, () =>
    attacks.attack(
      name,
      method,
      () =>
        attacks.asOwner(
          `${f}; [[ ! -e $f ]] || mv "$f" "$f.kept"; ${planting.plant}`,
        ),
      () =>
        attacks.asOwner(
          `for PGDATA in /srv/p/db /srv/p/db.bak; do ${f}; [[ ! -e $f.kept ]] || { [[ -L $f || ! -d $f ]] || chmod 700 "$f"; rm -rf "$f"; mv "$f.kept" "$f"; }; done`,
        ),
    ));
}

for (const [at, [name, sql]] of Object.entries(LIES).entries()) {
  if (!all) continue;
  const method: Method = at % 2 === 0 ? "dump" : "pg_upgrade";
  attack(
    `SQL: ${name}, ${method}`,
    1,
    () =>
      attacks.attack(`SQL: ${name}`, method, () => attacks.asSuperuser(sql)),
  );
}

attack("Harm that is done beside an upgrade is told of", 0, async () => {
  const told = await toldOfHarm(attacks);
  for (
    const words of [
      /it has run: \/srv\/p\/ran/,
      /the canary is in \/srv\/p\/leak/,
      /outside: new: \/etc\/planted/,
      /outside: new: \/root\/planted/,
    ]
  ) assertMatch(told, words);
});
