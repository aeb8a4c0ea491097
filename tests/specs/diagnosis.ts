/** What `status CONTAINER --json` tells of a container without a run. */
export interface Diagnosis {
  readonly well: boolean;
  readonly words: string;
  readonly doing: string;
  readonly "made_by": { readonly kind: string } | null;
  readonly clusters: readonly {
    readonly path: string;
    readonly volume: string | null;
    readonly major: number;
    readonly bytes: number;
    readonly relations: number;
  }[];
  readonly next: readonly string[];
  readonly findings: readonly {
    readonly code: string;
    readonly remedy: readonly string[];
    readonly type: readonly string[];
  }[];
}
