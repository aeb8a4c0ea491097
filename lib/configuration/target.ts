import type { Maker } from "../../journal/plan.ts";
import type { Edit } from "./edit.ts";

/** What the configuration is to say instead of what it says. */
export interface EditTarget {
  /** The option that holds the tag, where the operator names it. */
  readonly option?: readonly string[];
  readonly container: string;
  readonly from: Version;
  readonly to: Version;
  /** Where the new image wants the volume, if that is elsewhere. */
  readonly mount?: MountChange;
  /** Where a compose project made the container. */
  readonly maker?: Maker;
  /** No unit brings it up. */
  readonly unmanaged?: boolean;
}

/** The image is named already: what is to change is the mount alone. */
export const isMountAlone = ({ from, to }: Pick<EditTarget, "from" | "to">) =>
  from.image === to.image;

export interface Version {
  /** "" where another tag alone does not make the one the other. */
  readonly tag: string;
  readonly image: string;
}

export interface MountChange {
  /** The volume's path on the host. */
  readonly volume: string;
  readonly fromPath: string;
  readonly toPath: string;
  /** All that the container mounts, by Nix's own word. */
  readonly volumes?: readonly string[];
}

export type Placement =
  | {
    readonly kind: "placed";
    readonly edits: readonly Edit[];
    /** A phrase: what is changed. */
    readonly found: string;
    /** A line is added, since a module's default has held so far. */
    readonly added: boolean;
  }
  | {
    /** It is one of these, or none: for a person to say. */
    readonly kind: "several";
    readonly problem: string;
    readonly candidates: readonly Candidate[];
    readonly byHand: readonly string[];
  }
  | {
    readonly kind: "none";
    /** A phrase. */
    readonly problem: string;
    /** What a person would write. */
    readonly byHand: readonly string[];
  };

export interface Candidate {
  readonly text: string;
  /** Empty where it takes more than a word from a person. */
  readonly edits: readonly Edit[];
}
