import { EXIT } from "../../base/exit_code.ts";
import type { App } from "./command.ts";

export function version(app: App): Promise<number> {
  app.operator.print(
    app.args.options.json
      ? JSON.stringify({ version: app.tool })
      : `pgladder ${app.tool}`,
  );
  return Promise.resolve(EXIT.done);
}
