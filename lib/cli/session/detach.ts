import { join } from "@std/path";
import { EXIT } from "../../base/exit_code.ts";
import type { App } from "../command/command.ts";
import { isAtWork } from "./lock_holder.ts";
import type { OpenRun } from "../../run/registry.ts";

/** How long the unit may take to take the lock, in milliseconds. */
const PATIENCE_MS = 30_000;
const POLL_MS = 100;

/**
 * Hands the run to a transient unit of systemd, or without that to a session of
 * its own: no lost connection ends it.
 * The run stands in the journal already: what the unit does is `resume`.
 */
export async function detach(app: App, run: OpenRun): Promise<number> {
  const { container } = run.plan;
  const { confirm, runtime } = app.args.options;
  const unit = `pgladder-${run.plan.run}-climb.service`;
  const log = join(run.names.jobs, "resume.log");
  // systemd's journal takes the words of a unit.
  if (app.ports.units.absent) await makeJobs(run);
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
    log,
  });
  await untilAtWork(app, { journal: run.directory.journalPath, unit });
  app.operator.print(
    `Goes on in ${
      app.ports.units.absent
        ? `a session of its own, and writes to ${log}`
        : unit
    }. Watch it with "pgladder status ${container} --follow".`,
  );
  return EXIT.done;
}

async function makeJobs({ names: { jobs }, ports: { files } }: OpenRun) {
  if (await files.look(jobs) === undefined) await files.makeDirectory(jobs);
}

/**
 * Whoever asks for the status from now on is told that it goes on, or how it
 * has ended: never of the moment in which nobody has the run.
 */
async function untilAtWork(
  app: App,
  { journal, unit }: { journal: string; unit: string },
): Promise<void> {
  const { host, units } = app.ports;
  for (let ms = 0; ms < PATIENCE_MS; ms += POLL_MS) {
    if (await isAtWork(app, journal)) return;
    const active = (await units.show([unit])).get(unit)?.active;
    if (active !== "active" && active !== "activating") return;
    await host.sleep(POLL_MS);
  }
}
