import { CHECKS } from "../../../plan/check/checks.ts";
import { type Page, terms, text } from "../page.ts";

export const checks: Page = {
  name: "checks",
  about: "what is looked at before anything is changed",
  blocks: [
    text(
      "A check that refuses stops upgrade before its first change (exit code 3). A check that only notes says what you should know. Each says what to do.",
    ),
    terms(...CHECKS.map(({ about, name, remedy, worst }) =>
      [
        name,
        worst === "refuse"
          ? `${about}. Refuses otherwise: ${remedy}`
          : `${about}; what you may have to do: ${remedy}`,
      ] as const
    )),
  ],
};
