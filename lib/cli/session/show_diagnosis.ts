import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { PortError } from "../../port/ports.ts";
import { diagnose, shownOf } from "../../plan/diagnosis/diagnose.ts";
import { findOut } from "../../plan/diagnosis/find_out.ts";
import { measured } from "../../plan/diagnosis/measure.ts";
import { diagnosisText } from "../../report/diagnosis_text.ts";
import { diagnosisJson } from "../../report/diagnosis_json.ts";
import type { App } from "../command/command.ts";

/**
 * Of a container without a run: what it is, which cluster lies where, whether
 * these fit, and what to type. Exit code 0 where all is well, else 3.
 */
export async function showDiagnosis(
  app: App,
  container: string,
): Promise<number> {
  const { directory, ports, runtime } = app;
  const found = diagnose(
    await ifAnswered(
      container,
      findOut(container, { directory, ports, runtime }),
    ),
  );
  const shown = await measured(shownOf(found), ports);
  app.operator.print(
    app.args.options.json
      ? JSON.stringify(diagnosisJson(found, shown), null, 2)
      : diagnosisText(found, shown, app.columns),
  );
  return found.findings.some(({ grave }) => grave) ? EXIT.refused : EXIT.done;
}

/** Runs are told without a runtime; a container cannot be. */
async function ifAnswered<T>(container: string, found: Promise<T>): Promise<T> {
  try {
    return await found;
  } catch (cause) {
    if (!(cause instanceof PortError)) throw cause;
    throw new Failure("no-run", {
      what:
        `an open run of "${container}", nor look at the container: ${cause.message}`,
      hint: "See that podman or docker answers, then type the same again",
    }, { cause });
  }
}
