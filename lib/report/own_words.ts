import type { Plan } from "../../journal/plan.ts";
import { wordsBehind } from "../base/redact.ts";

/** What the operator's own programs are given: it may hold a secret of theirs. */
export function ownWordsOf({ asked, switch: by }: Plan): readonly string[] {
  const given = asked.filter((_, at) =>
    /^--(switch|rebuild)-command$/.test(asked[at - 1] ?? "")
  );
  const inOne = asked.flatMap((word) =>
    /^--(?:switch|rebuild)-command=(.*)$/s.exec(word)?.slice(1) ?? []
  );
  return wordsBehind([
    ...given,
    ...inOne,
    by.kind === "command" ? by.command : undefined,
    by.kind === "nixos" ? by.rebuild : undefined,
  ]).filter((words) => words !== "switch");
}
