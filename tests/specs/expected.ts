/**
 * What may differ between a cluster before and after its upgrade, as
 * `Database.contents` lists it: each rule with its reason. A rule rewrites both
 * sides' lines to what must still be equal, or takes a line away.
 */

interface Rule {
  readonly reason: string;
  /** The rule is for upgrades from below this version to it or above. */
  readonly since?: number;
  /** The kind that a line begins with. */
  readonly kind: string;
  /** Undefined where the line has no counterpart. */
  readonly plain: (line: string) => string | undefined;
}

const RULES: readonly Rule[] = [
  {
    reason: "14 gives each range a multirange, and a cast to it",
    since: 14,
    kind: "cast",
    plain: (line) => line.includes("_multirange(") ? undefined : line,
  },
  {
    reason: "14 names a procedure's arguments IN",
    since: 14,
    kind: "routine",
    plain: (line) => line.replace(/(?<=["(]|, )IN (?=\w)/g, ""),
  },
  {
    reason: "16 leaves out the table's name where a view has one table",
    since: 16,
    kind: "view",
    plain: (line) => line.replace(/\b\w+\./g, ""),
  },
  {
    reason:
      "14 has no vacuum_cleanup_index_scale_factor: commented out, and told",
    since: 14,
    kind: "system",
    plain: (line) =>
      line.includes("vacuum_cleanup_index_scale_factor") ? undefined : line,
  },
  {
    reason: "16 has no vacuum_defer_cleanup_age: commented out, and told",
    since: 16,
    kind: "system",
    plain: (line) =>
      line.includes("vacuum_defer_cleanup_age") ? undefined : line,
  },
];

export function expectedOf(from: number, to: number) {
  const rules = RULES.filter(({ since = to }) => from < since && since <= to);
  const plain = (line: string): string | undefined => {
    const [, kind] = /^[^[]*: \["([^"]*)"/.exec(line) ?? [];
    return rules.filter((rule) => rule.kind === kind).reduce<
      string | undefined
    >((text, rule) => text === undefined ? text : rule.plain(text), line);
  };
  return {
    /** The lines of either side that have no counterpart and no reason. */
    unexpected(before: readonly string[], after: readonly string[]) {
      const kept = (lines: readonly string[]) =>
        lines.map(plain).filter((line) => line !== undefined);
      const [old, fresh] = [kept(before), kept(after)];
      return {
        missing: old.filter((line) => !fresh.includes(line)),
        added: fresh.filter((line) => !old.includes(line)),
      };
    },
  };
}
