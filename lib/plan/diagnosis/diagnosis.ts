import type { Ports } from "../../port/ports.ts";
import type { Refusal } from "../../run/past_runs.ts";
import type { OtherServer } from "../../run/other_servers.ts";
import type { Sharer } from "../../run/sharers.ts";
import type { Drift } from "../facts/drift.ts";
import type { FoundCluster } from "./clusters.ts";
import type { Making } from "./maker.ts";
import type { Recipe } from "./recipe.ts";
import type { Sorted } from "./sorting.ts";

/** Whom and where the person asks. */
export interface Around {
  readonly ports: Ports;
  readonly runtime: "podman" | "docker";
  /** Where the person is. */
  readonly directory: string;
}

/** What a container does at this moment. */
export type Doing =
  | "serves"
  | "starts"
  | "restarts"
  | "stopped"
  | "created"
  | "gone";

/** A container and all that its data could be, found without changing a byte. */
export interface Sight {
  readonly name: string;
  readonly runtime: "podman" | "docker";
  readonly doing: Doing;
  /** How often the runtime or systemd has started it again; 0 where unknown. */
  readonly restarts: number;
  readonly making: Making | undefined;
  /** What the container is made of; undefined where it is gone. */
  readonly made: Recipe | undefined;
  /** What its configuration would run; undefined where none can be read. */
  readonly configured: Recipe | undefined;
  readonly clusters: readonly KnownCluster[];
  readonly sorted: readonly Sorted[];
  /** As its container's environment says it. */
  readonly superuser: string;
  /** What its unit would run is another build of the same version, or not. */
  readonly drift: readonly Drift[];
  /** Of its data, where its last run ended by it. */
  readonly refused?: Refusal | undefined;
  /** A server of a past run was last at work on its data, in seconds since 1970. */
  readonly worked?: number | undefined;
  /** The last line of its log that tells of an error, or "". */
  readonly said: string;
}

/** A cluster, and what leads to it. */
export interface KnownCluster extends FoundCluster {
  readonly from:
    /** The container or its configuration has it mounted. */
    | "mounted"
    /** A volume of its compose project, or of an older name of it. */
    | "project"
    /** It lies beside the directory that is mounted. */
    | "beside"
    /** A volume that no other container has. */
    | "unused";
  /** Of a volume, else "". */
  readonly volume: string;
  /** Why it is not one that this container has lost. */
  readonly harmless?:
    /** A volume of another project, or with another container's name. */
    | "of another"
    /** A run has put it aside, or has upgraded it already. */
    | "kept"
    /** A server is at work in it. */
    | "in use";
  /** Of its databases, in bytes; undefined where nobody asked. */
  readonly held?: number;
  /** At work in it beside the container that is asked for. */
  readonly others?: readonly OtherServer[];
  /** Other containers that would work in it, whether they run or not. */
  readonly sharers?: readonly Sharer[];
  /** On the disk; undefined where nobody asked. */
  readonly bytes?: number;
  /** Of its server's last start, in seconds since 1970. */
  readonly started?: number;
}

/** Something that is not as it should be. */
export interface Finding {
  readonly code:
    | "image-newer"
    | "image-older"
    | "in-use-elsewhere"
    | "shared"
    | "damaged"
    | "refused-before"
    | "looks-elsewhere"
    | "no-cluster"
    | "empty-beside"
    | "younger-beside"
    | "nameless-volume"
    | "sorted-otherwise"
    | "does-not-run"
    | "keeps-failing"
    | "next-start";
  /** It does not serve what it should, or will not at its next start. */
  readonly grave: boolean;
  /** A phrase. */
  readonly found: string;
  /** Sentences: what to do. */
  readonly remedy: readonly string[];
  /** Commands, in their order. */
  readonly type: readonly string[];
}

export interface Diagnosis extends Sight {
  /** Where the container, or else its configuration, looks for its data. */
  readonly place: string | undefined;
  readonly findings: readonly Finding[];
  /** What to type where nothing is wrong. */
  readonly next: readonly string[];
}
