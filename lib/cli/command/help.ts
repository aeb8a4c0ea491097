import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { manPage } from "../help/man.ts";
import { nearestPage, pageFor } from "../help/pages.ts";
import { textOf } from "../help/text.ts";
import type { App } from "./command.ts";

/** The help: works offline, for a command, a step or a topic. */
export function help(app: App): Promise<number> {
  const { command, operand, options } = app.args;
  if (command === "help" && options.man) {
    app.operator.print(manPage(app.tool).trimEnd());
    return Promise.resolve(EXIT.done);
  }
  const name = command === "help" ? operand : command;
  const page = pageFor(name);
  if (page === undefined) {
    throw new Failure("usage", {
      problem: `No help on "${name}"`,
      hint: `Did you mean "pgladder help ${nearestPage(name ?? "")}"?`,
    });
  }
  app.operator.print(textOf(page));
  return Promise.resolve(EXIT.done);
}
