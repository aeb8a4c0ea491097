import { EXIT_MEANING } from "../../../base/exit_code.ts";
import { type Page, terms } from "../page.ts";

export const exitCodes: Page = {
  name: "exit-codes",
  about: "what the exit code says; stable, for scripts",
  blocks: [terms(...Object.entries(EXIT_MEANING))],
};
