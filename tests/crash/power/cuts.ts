import type { Verb } from "./host/life.ts";
import { Lab } from "./lab.ts";
import { randomFrom, spread } from "./random.ts";
import { type Cut, type Options, record } from "./record.ts";
import { ladderOf, type Scene } from "./scene.ts";
import { type Baseline, baselineOf, verify, type Way } from "./verify.ts";
import { tally } from "../../tally.ts";
import { weaken } from "./weak.ts";

/**
 * Power cuts of whole runs on real file systems, between two calls that change
 * the disk and in the middle of them. To be started in a mount namespace of its
 * own, as power_test.ts does:
 *
 *   unshare --mount deno run -A cuts.ts --cuts=200 --seed=1
 *   … --ladder=minor                one ladder
 *   … --only="xfs dump upgrade 133"  the cut before that call again
 *   … --weak                        recipes that must not survive
 */

const BY_DUMP: readonly Scene[] = [
  { type: "xfs", from: 15, to: 17 },
  { type: "ext4", from: 17, to: 18 },
  { type: "btrfs", from: 15, to: 17 },
];
const SCENES: readonly Scene[] = [
  ...BY_DUMP,
  { type: "xfs", from: 17, to: 18, method: "pg_upgrade" },
  { type: "ext4", from: 15, to: 17, method: "pg_upgrade" },
  { type: "btrfs", from: 17, to: 18, method: "pg_upgrade" },
  { type: "xfs", from: 17, to: 17.9 },
  { type: "ext4", from: 17, to: 17.9 },
  { type: "btrfs", from: 17, to: 17.9 },
  { type: "xfs", from: 15, to: 17, mounted: true },
  { type: "ext4", from: 17, to: 18, mounted: true },
  {
    type: "btrfs",
    from: 15,
    to: 17,
    method: "pg_upgrade",
    mounted: true,
  },
];
const LADDERS = ["dump", "pg_upgrade", "minor", "mount"];

const RUNS = ["upgrade", "rollback", "commit"] as const;
type Run = (typeof RUNS)[number];
/** How the cuts are shared out among them. */
const SHARES = { upgrade: 0.6, rollback: 0.3, commit: 0.1 } as const;
/** Of every so many cuts one is in the middle of a call. */
const DURING = 4;
const WAYS: readonly Way[] = ["resume", "rollback"];
/** A life after a cut makes some hundred calls. */
const CUT_AGAIN_BELOW = 500;

const option = (name: string) =>
  Deno.args.find((word) => word.startsWith(`--${name}=`))
    ?.slice(name.length + 3);

const say = (line: string) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

class Sweep {
  #cuts = 0;
  #lives = 0;
  #wrong = 0;

  constructor(
    readonly lab: Lab,
    readonly random: () => number,
    readonly ladder: string,
  ) {}

  /** So many cuts on each file system, over whole runs. */
  async all(cuts: number) {
    for (const scene of SCENES) {
      if (ladderOf(scene) !== this.ladder) continue;
      const baseline = await baselineOf(this.lab, scene);
      for (const run of RUNS) {
        const share = Math.ceil(cuts * SHARES[run]);
        const inside = Math.floor(share / DURING);
        await this.#between(baseline, run, share - inside);
        if (inside > 0) await this.#during(baseline, run, inside);
      }
      this.#forget(baseline);
    }
  }

  async only(name: string) {
    const [type, ladder, run, number] = name.split(" ");
    const scene = SCENES.find((it) =>
      it.type === type && ladderOf(it) === ladder
    );
    const known = RUNS.find((it) => it === run);
    if (!scene || !known) throw new Error(`There is no "${name}"`);
    const baseline = await baselineOf(this.lab, scene);
    const wanted = (it: number) => it === Number(number);
    const { cuts } = await this.#record(baseline, known, { wanted });
    for (const cut of cuts) await this.#try(baseline, known, cut);
  }

  /** One line for the table. */
  line(seed: number, seconds: number): string {
    return `power: ${this.#cuts} power cuts on XFS, ext4 and btrfs (${this.ladder}), followed by ${this.#lives} lives: ${this.#wrong} violations (seed ${seed}, ${seconds} s)`;
  }

  tally() {
    tally(`power: cuts on XFS, ext4, btrfs (${this.ladder})`, {
      tried: this.#cuts,
      violations: this.#wrong,
    });
  }

  get failed(): boolean {
    return this.#wrong > 0;
  }

  async #between(baseline: Baseline, run: Run, share: number) {
    const { count } = await this.#record(baseline, run, {});
    const numbers = new Set(spread(share, count, this.random));
    const { cuts } = await this.#record(baseline, run, {
      wanted: (number) => numbers.has(number),
    });
    for (const cut of cuts) await this.#try(baseline, run, cut);
  }

  async #during(baseline: Baseline, run: Run, share: number) {
    const { cuts } = await this.#record(baseline, run, { during: true });
    const chosen = new Set(spread(share, cuts.length, this.random));
    for (const [index, cut] of cuts.entries()) {
      if (chosen.has(index)) await this.#try(baseline, run, cut);
      else Deno.removeSync(cut.image);
    }
  }

  async #record(baseline: Baseline, verb: Run, options: Options) {
    const { first, scene, upgraded } = baseline;
    const from = verb === "upgrade" ? first : upgraded;
    const { recorder, ending, after } = await record(
      this.lab,
      { from, scene, verb },
      options,
    );
    if (ending.code !== 0) {
      throw new Error(`${scene.type} ${verb}: ${ending.words}`);
    }
    Deno.removeSync(after.image);
    return recorder;
  }

  /** Goes both ways from it, and cuts once more in the life that follows. */
  async #try(baseline: Baseline, run: Verb, cut: Cut) {
    this.#cuts += 1;
    const { scene } = baseline;
    const name = `${scene.type} ${
      ladderOf(scene)
    } ${run} ${cut.number} (${cut.call})`;
    for (const way of WAYS) {
      const cutAgain = Math.floor(this.random() * CUT_AGAIN_BELOW);
      const { further, violations } = await verify(this.lab, cut, {
        baseline,
        way,
        cutAgain,
      });
      this.#note(`${name}, ${way}`, violations);
      if (further === undefined) continue;
      this.#cuts += 1;
      const next = this.random() < 0.5 ? "resume" : "rollback";
      const again = await verify(this.lab, further, { baseline, way: next });
      this.#note(
        `${name}, ${way}, ${further.number} (${further.call}), ${next}`,
        again.violations,
      );
      Deno.removeSync(further.image);
    }
    Deno.removeSync(cut.image);
  }

  #note(name: string, violations: readonly string[]) {
    this.#lives += 1;
    if (violations.length === 0) return;
    this.#wrong += 1;
    say([name, ...violations].join("\n    "));
  }

  #forget({ first, upgraded }: Baseline) {
    Deno.removeSync(first.image);
    Deno.removeSync(upgraded.image);
  }
}

async function main(): Promise<boolean> {
  const lab = await Lab.open();
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  const everywhere = option("weak") === "everywhere";
  if (everywhere || Deno.args.includes("--weak")) {
    const { line, survived, tried } = await weaken(lab, BY_DUMP, everywhere);
    say(`${line} (${seconds()} s)`);
    tally("power: weaker recipes, each must be caught", {
      tried,
      violations: survived.length,
    });
    lab.close();
    return survived.length === 0;
  }
  const seed = Number(option("seed") ?? 1);
  const one = option("only");
  let good = true;
  for (const ladder of LADDERS) {
    if (!(one ?? option("ladder") ?? ladder).includes(ladder)) continue;
    const sweep = new Sweep(lab, randomFrom(seed), ladder);
    if (one !== undefined) await sweep.only(one);
    else await sweep.all(Number(option("cuts") ?? 10));
    say(sweep.line(seed, seconds()));
    sweep.tally();
    good &&= !sweep.failed;
  }
  lab.close();
  return good;
}

if (!await main()) Deno.exit(1);
