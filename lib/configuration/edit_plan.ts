import type { Change } from "../../journal/plan.ts";
import { sha256 } from "../../journal/sha256.ts";
import { unifiedDiff } from "./diff.ts";
import { applyEdits, type Edit } from "./edit.ts";
import type { Placement } from "./target.ts";

/** How the operator wants the configuration's files to be changed. */
export interface ConfigurationRequest {
  readonly kind: "nixos" | "quadlet" | "compose";
  /** The file that sets it for this host, where it is named. */
  readonly file?: string;
  /** "nixfiles.pleroma.postgresTag" */
  readonly option?: string;
  readonly rebuild?: string;
  /** Nix is not run, only its files are read. */
  readonly isRead?: boolean;
  readonly hostname: string;
  /** Shows a person what is waited for, until it is done. */
  readonly during?: Waiting;
}

/** Does something that takes its time, and says meanwhile what. */
export type Waiting = <T>(
  words: string,
  action: () => Promise<T>,
) => Promise<T>;

/** Where the configuration's files name the version; decided, not done. */
export type EditPlan =
  | Place & {
    readonly kind: "placed";
    /** A phrase: what was found. */
    readonly found: string;
    /** The command that activates the change; "" for none. */
    readonly rebuild: string;
    /** The clean git working tree that the files lie in, or "". */
    readonly git: string;
    /** Nix has evaluated what it would become, and it is what was wished. */
    readonly isEvaluated?: true;
    /** Units that a rebuild would change even without this change. */
    readonly pending?: readonly string[];
  }
  | {
    readonly kind: "unplaced";
    readonly problem: string;
    readonly candidates: readonly (Place & { readonly text: string })[];
    /** What a person would write. */
    readonly byHand: readonly string[];
    readonly rebuild: string;
  };

export interface Place {
  readonly changes: readonly Change[];
  /** For a person, with the lines around. */
  readonly diff: string;
}

/** With checksums and a diff, for the plan. */
export function editPlanFrom(
  placement: Placement,
  texts: ReadonlyMap<string, string>,
  rebuild: string,
): EditPlan {
  if (placement.kind === "placed") {
    const { edits, found } = placement;
    return {
      kind: "placed",
      found,
      rebuild,
      git: "",
      ...placeOf(edits, texts),
    };
  }
  const { byHand, problem } = placement;
  const candidates = placement.kind === "none"
    ? []
    : placement.candidates.map(({ edits, text }) => ({
      text,
      ...placeOf(edits, texts),
    }));
  return { kind: "unplaced", problem, candidates, byHand, rebuild };
}

function placeOf(
  edits: readonly Edit[],
  texts: ReadonlyMap<string, string>,
): Place {
  const files = [...Map.groupBy(edits, ({ file }) => file)];
  return {
    changes: files.map(([file, own]) => {
      const text = texts.get(file) ?? "";
      return {
        file,
        before: sha256(text),
        after: sha256(applyEdits(text, own)),
        edits: own.map(({ end, new: wanted, old, start }) => ({
          start,
          end,
          old,
          new: wanted,
        })),
      };
    }),
    diff: files.map(([file, own]) =>
      unifiedDiff(file, texts.get(file) ?? "", own)
    ).join("\n"),
  };
}
