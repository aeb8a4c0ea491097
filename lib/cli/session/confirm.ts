import { Failure } from "../../base/failure.ts";
import type { App } from "../command/command.ts";

/** @throws {Failure} "not-confirmed": nobody said yes */
export async function confirm(app: App, action: string) {
  if (app.args.options.yes) return;
  if (!app.operator.present) {
    throw new Failure("not-confirmed", {
      hint: "There is no terminal to ask on. Add --yes",
    });
  }
  const answer = await app.operator.ask(`${action}? Type yes:`);
  if (answer?.trim().toLowerCase() !== "yes") {
    throw new Failure("not-confirmed", {
      hint: "Type the same again and answer yes, or add --yes",
    });
  }
}

/**
 * Before something that cannot be undone: the container's name, typed or given
 * by `--confirm`.
 *
 * @throws {Failure} "not-confirmed"
 */
export async function confirmByName(app: App, container: string, what: string) {
  const given = app.args.options.confirm;
  if (given === container) return;
  if (given === undefined && app.operator.present) {
    const typed = await app.operator.ask(
      `${what} Type the container's name:`,
    );
    if (typed?.trim() === container) return;
  }
  throw new Failure("not-confirmed", {
    hint: `${what} Type the same again with --confirm ${container}`,
  });
}
