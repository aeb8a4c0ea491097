import type { Facts } from "../../facts/facts.ts";
import { type Finding, ok, refuse } from "../check.ts";

/** The one value to change was found in the configuration's files. */
export function placing({ placed }: Facts, moved: string): Finding {
  if (placed === undefined) {
    return refuse(
      "the configuration was not looked at",
      "Use --switch manual or --switch command",
    );
  }
  if (placed.kind === "placed") return ok(`${placed.found}${moved}`);
  const { byHand, candidates, problem } = placed;
  const where = candidates.map(({ words }) => words).join(", ");
  return refuse(
    where === "" ? problem : `${problem}: ${where}`,
    [
      ...where === "" ? [] : ["Name it with --nix-option or --nix-file."],
      `Use --switch manual, and write when it asks: ${byHand.join(" and ")}`,
    ].join(" "),
  );
}
