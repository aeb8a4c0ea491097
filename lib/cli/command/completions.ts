import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { type Shell, SHELLS } from "../completion/words.ts";
import { zshCompletion } from "../completion/zsh.ts";
import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import type { App } from "./command.ts";

const SCRIPTS: Readonly<Record<Shell, () => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** Prints what a shell needs to complete our words. */
export function completions(app: App): Promise<number> {
  const shell = SHELLS.find((name) => name === app.args.operand);
  if (shell === undefined) {
    throw new Failure("usage", {
      problem: app.args.operand === undefined
        ? "No shell is named"
        : `No completions for "${app.args.operand}"`,
      hint: `It is one of ${
        SHELLS.join(", ")
      }. Type "pgladder completions bash"`,
    });
  }
  app.operator.print(SCRIPTS[shell]());
  return Promise.resolve(EXIT.done);
}
