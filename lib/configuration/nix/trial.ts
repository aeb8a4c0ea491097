import type { NixPorts } from "./ask.ts";
import { type Edit, isSameEdit } from "../edit.ts";
import { type EditPlan, editPlanFrom } from "../edit_plan.ts";
import type { Candidate, EditTarget, Placement } from "../target.ts";
import type { Fleet } from "./fleet.ts";
import type { NixHost } from "./hosts.ts";
import { pendingUnits } from "./pending.ts";
import type { Sources } from "./sources.ts";
import {
  otherChanges,
  type Seen,
  testifyAfter,
  testifyAlike,
  wrongValue,
} from "./witness.ts";

/** The tree, and what was asked of it. */
export interface Inquiry {
  readonly target: EditTarget;
  readonly unit: string;
  readonly home: string;
  readonly sources: Sources;
  readonly host: NixHost | undefined;
  readonly rebuild: string;
}

/** Edits are tried on a copy: Nix says what each would make of the host. */
export interface Trial extends Inquiry {
  readonly host: NixHost;
  readonly before: Seen;
  readonly fleet: Fleet;
}

type Tried =
  | { readonly kind: "holds"; readonly placed: EditPlan }
  | { readonly kind: "refused" | "none"; readonly problem: string };

/** Each takes as long as an evaluation, twice at most. */
const TRIALS_MAX = 6;

/** The first placement that is certain by reading, and by Nix's own word. */
export async function tryOut(
  trial: Trial,
  placements: readonly Placement[],
  ports: NixPorts,
): Promise<Tried> {
  let refused: Tried | undefined;
  for (const placement of placements) {
    if (placement.kind !== "placed") continue;
    const { edits, found } = placement;
    const problem = await objection(trial, edits, ports);
    if (problem === undefined) {
      return { kind: "holds", placed: await held(trial, edits, found, ports) };
    }
    refused ??= { kind: "refused", problem };
  }
  return refused ?? { kind: "none", problem: "Nothing was found" };
}

/** The one candidate that holds; undefined where none does, or several do. */
export async function tryOutEach(
  trial: Trial,
  candidates: readonly Candidate[],
  ports: NixPorts,
): Promise<EditPlan | undefined> {
  const open = candidates.filter(({ edits }, at) =>
    edits.length > 0 &&
    candidates.findIndex((it) => areSame(it.edits, edits)) === at
  );
  if (open.length > TRIALS_MAX) return undefined;
  const holding: Candidate[] = [];
  for (const candidate of open) {
    const problem = await objection(trial, candidate.edits, ports);
    if (problem === undefined) holding.push(candidate);
  }
  const [only, ...more] = holding;
  return only === undefined || more.length > 0
    ? undefined
    : await held(trial, only.edits, only.text, ports);
}

function areSame(a: readonly Edit[], b: readonly Edit[]): boolean {
  return a.length === b.length &&
    a.every((edit, at) => isSameEdit(edit, b[at] ?? edit));
}

async function held(
  { before, rebuild, sources: { texts }, target }: Trial,
  edits: readonly Edit[],
  found: string,
  ports: NixPorts,
): Promise<EditPlan> {
  const words = `${found}; Nix evaluates it to ${target.to.image}`;
  const placement = {
    kind: "placed",
    edits,
    found: words,
    added: false,
  } as const;
  const editPlan = editPlanFrom(placement, texts, rebuild);
  // Where the units do not evaluate, or others than they make the container,
  // what else a rebuild does is not known.
  const isWhole = before.kind === "oci" && Object.keys(before.units).length > 0;
  if (editPlan.kind !== "placed" || !isWhole) return editPlan;
  const pending = await pendingUnits(before.units, ports);
  return {
    ...editPlan,
    isEvaluated: true,
    ...(pending.length === 0 ? {} : { pending }),
  };
}

/** A phrase: what is not as it must be with these edits, by Nix's own word. */
async function objection(
  { before, fleet, home, host, sources: { texts }, unit, target }: Trial,
  edits: readonly Edit[],
  ports: NixPorts,
): Promise<string | undefined> {
  const tree = { home, texts, edits };
  const after = await testifyAfter(host, target, tree, ports);
  if (after.kind === "unknown") {
    return `Nix does not evaluate what it would become (${after.why})`;
  }
  const wrong = wrongValue(target, before, after.seen);
  const others = otherChanges(unit, before, after.seen);
  if (wrong !== undefined) return wrong;
  if (others.length === 0) return await fleet.objection(edits);
  // What names the tree's own path is another with every change there.
  const alike = await testifyAlike(host, target, tree, ports);
  const volatile = alike.kind === "unknown"
    ? []
    : otherChanges(unit, before, alike.seen);
  const real = others.filter((name) => !volatile.includes(name));
  return real.length === 0
    ? await fleet.objection(edits)
    : `Nix sees more change than this container's image: ${real.join(", ")}`;
}
