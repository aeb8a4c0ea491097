import { dirname, join } from "@std/path";
import { collect } from "../../report/bundle/collect.ts";
import { tarOf } from "../../report/bundle/tar.ts";
import { documentOf } from "../../report/change/build.ts";
import { markdownOf } from "../../report/change/markdown.ts";
import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { statusOf } from "../../report/status.ts";
import { bytes, safe } from "../../base/format.ts";
import type { App } from "./command.ts";
import { allFigures, readRun } from "../session/read_run.ts";

/** Puts what a bug report needs into one file, without secrets. */
export async function bundle(app: App): Promise<number> {
  const { clock, ports, tool } = app;
  const run = await readRun(app);
  const { entries, journal, plan } = run;
  const path = app.args.options.output ??
    join(app.directory, `pgladder-${plan.run}.tar`);
  await requireFree(path, app);
  const now = clock.now();
  const measurements = await allFigures(run);
  const files = await collect(run, {
    journal,
    tool,
    status: JSON.stringify(
      await statusOf(run, entries, journal),
      null,
      2,
    ),
    report: markdownOf(documentOf({ ...run, measurements, now, tool })),
  });
  const text = tarOf(files, Date.parse(now.at) / 1000);
  await ports.files.writeText(path, text);
  app.operator.print(safe(
    `Written to ${path}: ${files.length} files, ${
      bytes(text.length)
    }. Secrets were removed; names were not: look through it before you hand it on.`,
  ));
  return EXIT.done;
}

async function requireFree(path: string, { ports: { files } }: App) {
  const there = await files.look(path) !== undefined;
  const parent = (await files.look(dirname(path)))?.kind;
  if (!there && parent === "directory") return;
  throw new Failure("usage", {
    problem: `"${path}" ${
      there ? "is there" : "is in a directory that does not exist"
    }`,
    hint: "Name a new file with --output",
  });
}
