import type { EditPlan } from "../../../configuration/find.ts";
import type { Facts } from "../../facts/facts.ts";
import { type Finding, ok, refuse, warn } from "../check.ts";

/** The one value to change was found in the configuration's files. */
export function placing({ editPlan }: Facts, moved: string): Finding {
  if (editPlan === undefined) {
    return refuse(
      "the configuration was not looked at",
      "Use --switch manual or --switch command",
    );
  }
  if (editPlan.kind === "placed") return withPending(editPlan, moved);
  const { byHand, candidates, problem } = editPlan;
  const where = candidates.map(({ text }) => text).join(", ");
  return refuse(
    where === "" ? problem : `${problem}: ${where}`,
    [
      ...where === "" ? [] : ["Name it with --nix-option or --nix-file."],
      `Use --switch manual, and write when it asks: ${byHand.join(" and ")}`,
    ].join(" "),
  );
}

const NAMED_MAX = 3;

/** A rebuild brings all that the configuration says, not this change alone. */
function withPending(
  { found, pending = [] }: Extract<EditPlan, { kind: "placed" }>,
  moved: string,
): Finding {
  return pending.length === 0 ? ok(`${found}${moved}`) : warn(
    `${found}${moved}; the rebuild changes more: ${pendingWords(pending)}`,
    "Rebuild first and look that all is well: what fails then is not the upgrade",
  );
}

/** Units by their names, the first of them. */
export function pendingWords(pending: readonly string[]): string {
  const rest = pending.length - NAMED_MAX;
  return pending.slice(0, NAMED_MAX).join(", ") +
    (rest > 0 ? ` and ${rest} more` : "");
}
