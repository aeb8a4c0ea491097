import type { Change } from "../fake/trouble.ts";
import type { Story } from "./story.ts";
import { Teller } from "./teller.ts";

/** What an undisturbed run does and leaves. */
export interface Baseline {
  readonly first: string;
  readonly top: string;
  readonly committed: string;
  /** Each change of an upgrade, and of what follows it. */
  readonly up: readonly Change[];
  readonly down: readonly Change[];
  readonly commit: readonly Change[];
  readonly declines: readonly Change[];
  /** Looks of an upgrade. */
  readonly looks: number;
}

const KNOWN = new Map<string, Baseline>();

export async function baselineOf(story: Story): Promise<Baseline> {
  const key = `${story.scenario} ${story.fine ?? false}`;
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  const calm = {
    scenario: story.scenario,
    troubles: [],
    moves: [],
    fine: story.fine ?? false,
  };
  const first = new Teller(calm).end();
  const up = await told(calm);
  const committed = await told({ ...calm, commit: true });
  const down = await told({ ...calm, turn: 9 });
  const declines = await told({ ...calm, declines: true });
  const baseline = {
    first,
    top: up.end,
    committed: committed.end,
    up: up.changes,
    commit: committed.changes.slice(up.changes.length),
    down: down.changes.slice(up.changes.length),
    declines: declines.changes.slice(up.changes.length),
    looks: up.looks,
  };
  KNOWN.set(key, baseline);
  return baseline;
}

async function told(story: Story) {
  const printer = new Teller(story);
  const changes: Change[] = [];
  printer.world.changes = changes;
  await printer.tell();
  const { looks, violations } = printer.world;
  if (violations.length > 0) {
    throw new Error(`${JSON.stringify(story)}: ${violations.join("\n")}`);
  }
  if (printer.halts) throw new Error("It stops midway where nothing is wrong");
  return { changes, end: printer.end(), looks };
}

/** Tells a story from its beginning, and all that was wrong in it. */
export async function tell(
  story: Story,
  trace?: string[],
): Promise<readonly string[]> {
  const baseline = await baselineOf(story);
  const printer = new Teller(story, trace);
  await printer.tell();
  return printer.verdict(baseline);
}
