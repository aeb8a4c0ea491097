import { basename, dirname, extname } from "@std/path";
import { choose } from "../args.ts";
import { documentOf } from "../../report/change/build.ts";
import { htmlOf } from "../../report/change/html.ts";
import { markdownOf } from "../../report/change/markdown.ts";
import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { safe } from "../../base/format.ts";
import type { App } from "./command.ts";
import { allFigures, readRun } from "../session/read_run.ts";

const FORMATS = { html: htmlOf, markdown: markdownOf } as const;

/** What a report of pgladder has near its beginning: no other file is replaced. */
const OURS = /pgladder report|^# PostgreSQL .* → /;

/** Tells a run for a change ticket, from what is recorded alone. */
export async function report(app: App): Promise<number> {
  const { format, output } = app.args.options;
  const ending = extname(output ?? "");
  const chosen = choose(
    "format",
    format,
    ["html", "markdown"],
    ending === ".md" ? "markdown" : "html",
  );
  const run = await readRun(app);
  const text = FORMATS[chosen](documentOf({
    ...run,
    measurements: await allFigures(run),
    now: app.clock.now(),
    tool: app.tool,
  }));
  if (output === undefined) {
    app.operator.print(text);
    return EXIT.done;
  }
  await requirePlace(output, app);
  await app.ports.files.writeText(output, `${text}\n`);
  app.operator.print(safe(`Written to ${output}.`));
  return EXIT.done;
}

async function requirePlace(path: string, { ports: { files } }: App) {
  const found = await files.look(path);
  const problem = basename(path) === ""
    ? "names no file"
    : found === undefined
    ? (await files.look(dirname(path)))?.kind === "directory"
      ? undefined
      : "is in a directory that does not exist"
    : found.kind !== "file"
    ? `is a ${found.kind}`
    : OURS.test((await files.readText(path) ?? "").slice(0, 500))
    ? undefined
    : "exists and is not a report of pgladder";
  if (problem === undefined) return;
  throw new Failure("usage", {
    problem: `"${path}" ${problem}`,
    hint: "Name a new file with --output, or a report that is to be replaced",
  });
}
