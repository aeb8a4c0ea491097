import { compareMaps, type Difference, differenceOf } from "./difference.ts";
import { statementsOf } from "./tokens.ts";

/**
 * Roles, memberships, settings and table spaces, as pg_dumpall wrote them:
 * one statement each, in an order of its own.
 */

const NAME = String.raw`("(?:[^"]|"")*"|[^\s"]+)`;
const MEMBERSHIP = new RegExp(
  `^GRANT ${NAME} TO ${NAME}(?: WITH (.*?))?(?: GRANTED BY ${NAME})?$`,
  "s",
);

const SETTING = new RegExp(`^ALTER ROLE ${NAME} SET ${NAME} `);

/** What any other statement is about, in words. */
const SUBJECTS: readonly [RegExp, string][] = [
  [new RegExp(`^(?:CREATE|ALTER) ROLE ${NAME}(?: |$)`), "role"],
  [new RegExp(`^COMMENT ON ROLE ${NAME} `), "the comment on role"],
  [new RegExp(`^(?:CREATE|ALTER) TABLESPACE ${NAME} `), "tablespace"],
  [new RegExp(`^COMMENT ON TABLESPACE ${NAME} `), "tablespace"],
  [new RegExp(`^GRANT .* ON TABLESPACE ${NAME} `), "privileges on tablespace"],
  [new RegExp(`^GRANT .* ON PARAMETER ${NAME} `), "privileges on parameter"],
];

/** Without comments, psql's own commands and the settings of the session. */
const cleaned = (text: string) => text.replace(/^(?:--|\\|SET ).*$/gm, "");

function subjectOf(statement: string): string {
  const [, group, member] = MEMBERSHIP.exec(statement) ?? [];
  if (member !== undefined) return `membership of ${member} in ${group}`;
  const [, role, setting] = SETTING.exec(statement) ?? [];
  if (role !== undefined) return `setting ${setting} of role ${role}`;
  for (const [pattern, words] of SUBJECTS) {
    const found = pattern.exec(statement);
    if (found) return `${words} ${found[1]}`;
  }
  return "a statement of the globals";
}

function statements(text: string): string[] {
  return statementsOf(cleaned(text)).filter((statement) => statement !== "");
}

const optionsOf = (words: string | undefined) =>
  new Map(
    (words ?? "").split(/,\s*/).filter(Boolean).map((option) => {
      const [, name = option, value = "TRUE"] =
        /^(\w+)(?: (\w+))?$/.exec(option) ?? [];
      return [name, value === "OPTION" ? "TRUE" : value];
    }),
  );

/**
 * From 16 on a membership names its grantor and says whether it is inherited.
 * Where the old statement does not, it holds what 16 takes: the member's own
 * INHERIT, and the grantor who restored it.
 */
function sameMembership(
  before: string,
  after: string,
  inherits: (member: string) => boolean,
): boolean {
  const old = MEMBERSHIP.exec(before);
  const next = MEMBERSHIP.exec(after);
  if (!old || !next) return false;
  const [, role, member = "", words, grantor] = old;
  if (role !== next[1] || member !== next[2]) return false;
  if (grantor !== undefined && grantor !== next[4]) return false;
  const had = optionsOf(words);
  const has = optionsOf(next[3]);
  if (!had.has("INHERIT") && has.has("INHERIT")) {
    had.set("INHERIT", inherits(member) ? "TRUE" : "FALSE");
  }
  const sorted = (options: Map<string, string>) =>
    JSON.stringify([...options].sort());
  return sorted(had) === sorted(has);
}

/** Statements by what they are about; more than one of a subject stand in order. */
function bySubject(all: readonly string[]): Map<string, string[]> {
  const subjects = new Map<string, string[]>();
  for (const statement of [...all].sort()) {
    const subject = subjectOf(statement);
    subjects.set(subject, [...(subjects.get(subject) ?? []), statement]);
  }
  return subjects;
}

/** Compares the globals of two clusters, statement by statement, whatever their order. */
export function* compareGlobals(
  before: string,
  after: string,
): Generator<Difference> {
  const all = statements(before);
  const inherits = (member: string) =>
    !all.some((statement) =>
      statement.startsWith(`ALTER ROLE ${member} WITH `) &&
      / NOINHERIT\b/.test(statement)
    );
  yield* compareMaps(
    bySubject(all),
    bySubject(statements(after)),
    function* (subject, old, next) {
      const pairs = Math.max(old?.length ?? 0, next?.length ?? 0);
      for (let at = 0; at < pairs; at++) {
        const [was, is] = [old?.[at], next?.[at]];
        if (was === is) continue;
        if (was && is && sameMembership(was, is, inherits)) continue;
        yield differenceOf(subject, was, is);
      }
    },
  );
}
