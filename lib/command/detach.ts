import { EXIT } from "../failure.ts";
import type { App } from "./command.ts";
import type { OpenRun } from "./open_run.ts";

/**
 * Hands the run to a transient unit of systemd, which no lost connection ends.
 * The run stands in the journal already: what the unit does is `resume`.
 */
export async function detach(app: App, run: OpenRun): Promise<number> {
  const { container } = run.plan;
  const { confirm, runtime } = app.args.options;
  const unit = `pgladder-${run.plan.run}-climb.service`;
  run.directory.unlock();
  await app.ports.units.remove(unit);
  await app.ports.units.run({
    name: unit,
    command: [
      ...app.self,
      "resume",
      container,
      "--volume",
      run.plan.volume.path,
      ...(confirm === undefined ? [] : ["--confirm", confirm]),
      ...(runtime === undefined ? [] : ["--runtime", runtime]),
    ],
    env: {},
  });
  app.operator.print(
    `Goes on in ${unit}. Watch it with "pgladder status ${container} --follow".`,
  );
  return EXIT.done;
}
