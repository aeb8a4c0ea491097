import type { Facts } from "../../facts/facts.ts";
import { type Finding, ok, refuse } from "../check.ts";

/** The one value to change was found in the configuration's files. */
export function placing({ editPlan }: Facts, moved: string): Finding {
  if (editPlan === undefined) {
    return refuse(
      "the configuration was not looked at",
      "Use --switch manual or --switch command",
    );
  }
  if (editPlan.kind === "placed") return ok(`${editPlan.found}${moved}`);
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
