import { endOf, lookAtEnd } from "./ends.ts";
import { archived, look, lookAtStatus, type Said, said } from "./eyes.ts";
import { inodeOf } from "./host/disk.ts";
import { Host } from "./host/host.ts";
import { live, type Verb } from "./host/life.ts";
import { isMounted, VOLUME } from "./host/places.ts";
import type { Lab, Moment } from "./lab.ts";
import { type Cut, record, Recorder } from "./record.ts";
import type { Scene } from "./scene.ts";
import { watch } from "./tap.ts";

/** Where undisturbed runs begin and end. */
export interface Baseline {
  readonly scene: Scene;
  readonly oldInode: string;
  readonly first: Moment;
  readonly upgraded: Moment;
  readonly ends: Readonly<Record<"first" | "top" | "committed", string>>;
}

export async function baselineOf(lab: Lab, scene: Scene): Promise<Baseline> {
  const first = await lab.make(scene);
  const mounted = lab.mount(first, scene);
  const known = isMounted() ? `${VOLUME}/PG_VERSION` : VOLUME;
  const oldInode = inodeOf(known) ?? "";
  const end = (state: Moment) => normal(endOf(new Host(state.state), oldInode));
  const ground = end(mounted);
  lab.unmount();
  const calm = {};
  const run = async (from: Moment, verb: Verb) => {
    const { after, ending } = await record(lab, { from, scene, verb }, calm);
    if (ending.code !== 0) throw new Error(`${verb}: ${ending.words}`);
    const shown = lab.mount(after, scene);
    const found = end(shown);
    lab.unmount();
    return { after, found };
  };
  const { after: upgraded, found: top } = await run(first, "upgrade");
  const { found: committed } = await run(upgraded, "commit");
  const { found: down } = await run(upgraded, "rollback");
  const wrong = [...difference(down, ground), ...upgraded.state.violations];
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return {
    scene,
    oldInode,
    first,
    upgraded,
    ends: { first: ground, top, committed },
  };
}

/**
 * Without what a closed run rightly leaves behind, and a run that was cut
 * before its journal began: the next one takes both as its own.
 */
export function normal(end: string): string {
  const kept = /^\/srv\/db(\.|\/pgladder-RUN\.)aborted/m.test(end);
  return end.split("\n").filter((line) =>
    !/^\/srv\/\.db\.pgladder\.pgladder-new /.test(line) &&
    !/^\/srv\/db\.(aborted|pgladder(\/(history|lock|reserve|journal\.json\.new))? )/
      .test(line) &&
    !/^\/srv\/db\/pgladder-RUN\.aborted[ /]/.test(line) &&
    !/^\/var\/lib\/pgladder(\/runs)? /.test(line) &&
    !(kept && /^\/var\/lib\/pgladder\/runs\//.test(line))
  ).join("\n");
}

/** Enough to see what it is about. */
const DIFFERENCES_SHOWN = 4;

function difference(found: string, wanted: string): string[] {
  const [is, was] = [found.split("\n"), wanted.split("\n")];
  const all = [
    ...was.filter((line) => !is.includes(line)).map((it) => `I4: lacks ${it}`),
    ...is.filter((line) => !was.includes(line)).map((it) => `I4: has ${it}`),
  ];
  return all.slice(0, DIFFERENCES_SHOWN);
}

export interface Verdict {
  readonly violations: readonly string[];
  /** A cut in the life that followed the cut. */
  readonly further: Cut | undefined;
}

/** One way on after the cut, to its end. */
export type Way = "resume" | "rollback";

/**
 * Looks at the cut, boots the host (its old unit starts first, as systemd has
 * it), asks for the status, goes one way to its end and looks at that.
 */
export async function verify(
  lab: Lab,
  cut: Cut,
  { baseline, cutAgain, way }: {
    baseline: Baseline;
    way: Way;
    /** Before this call of the next life; undefined: never. */
    cutAgain?: number | undefined;
  },
): Promise<Verdict> {
  const here = lab.mount(cut, baseline.scene);
  const host = new Host(here.state);
  try {
    const violations = look(host.state, cut.acknowledged);
    // Of a journal that cannot be read nothing more can be asked.
    if (violations.length > 0) return { violations, further: undefined };
    host.start();
    violations.push(...look(host.state, cut.acknowledged));
    const recorder = new Recorder(lab, here, {
      wanted: (number) => number === cutAgain,
      acknowledged: cut.acknowledged,
    });
    violations.push(...await goOn(host, { baseline, recorder, way }));
    violations.push(...host.state.violations);
    return { violations, further: recorder.cuts[0] };
  } catch (error) {
    const words = error instanceof Error ? error.stack : String(error);
    return { violations: [`It threw: ${words}`], further: undefined };
  } finally {
    watch(undefined);
    lab.unmount();
    Deno.removeSync(here.image);
  }
}

export interface Going {
  readonly baseline: Pick<Baseline, "ends" | "oldInode" | "scene">;
  readonly way: Way;
  readonly recorder?: Recorder;
}

/** Asks for the status, goes one way to its end, looks at that. */
export async function goOn(host: Host, going: Going): Promise<string[]> {
  const { baseline: { ends, oldInode, scene }, recorder, way } = going;
  const violations: string[] = [];
  const must = async (verb: Verb) => {
    const { code, printed, words } = await live(host, verb);
    if (code !== 0) violations.push(`I4: ${verb} ends with ${code}: ${words}`);
    return code === 0 ? printed : undefined;
  };
  const { goal, verb } = aim(said(), way);
  if (said() !== undefined) {
    const printed = await must("status");
    if (printed) violations.push(...lookAtStatus(host.state, printed));
  }
  watch(recorder);
  if (verb !== undefined) await must(verb);
  watch(undefined);
  const judge = (end: keyof Baseline["ends"]) => {
    const served = end === "first" ? scene.from : scene.to;
    violations.push(...lookAtEnd(host, served));
    violations.push(...difference(normal(endOf(host, oldInode)), ends[end]));
  };
  judge(goal);
  if (goal === "top" && violations.length === 0) {
    await must("commit");
    judge("committed");
  }
  return violations;
}

/** What is typed, and where it must lead to. */
function aim(
  found: Said | undefined,
  way: Way,
): { verb: Verb | undefined; goal: keyof Baseline["ends"] } {
  if (found === undefined) {
    const outcome = archived();
    if (outcome !== undefined) return { verb: undefined, goal: outcome };
    return way === "resume"
      ? { verb: "upgrade", goal: "top" }
      : { verb: undefined, goal: "first" };
  }
  if (found.committing) return { verb: "resume", goal: "committed" };
  const down = way === "rollback" || found.turnedBack || found.closed;
  return { verb: way, goal: down ? "first" : "top" };
}
