import { isAbsolute } from "@std/path";
import { asksFirst, type Plan } from "../../../journal/plan.ts";
import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { redact } from "../../base/redact.ts";
import { quoted } from "../../base/shell.ts";
import { StoppedError } from "../../job/control.ts";
import { wouldRun } from "../../configuration/would_run.ts";
import { findOut } from "../../plan/diagnosis/find_out.ts";
import { tagOf } from "../../plan/facts/image.ts";
import { contextOf, type PlannedRun } from "../../run/context.ts";
import { removePointer } from "../../run/pointers.ts";
import {
  findLast,
  findVolume,
  journalBeside,
  type OpenRun,
} from "../../run/registry.ts";
import { openUnit } from "../../upgrade/service/service.ts";
import { beginUpgrade } from "./begin_upgrade.ts";
import { withRun } from "./open_run.ts";
import { rollBack } from "./run_steps.ts";
import { readArgs } from "../args.ts";
import { type OptionName, OPTIONS } from "../options.ts";
import type { App } from "../command/command.ts";

/** @throws {Failure} "usage": the way back ends with the old version anyway */
export function requireOldAsked({ args: { options } }: App, plan: Plan) {
  if (options["to-old"] === undefined) return;
  if (plan.lost !== undefined) {
    throw new Failure("usage", {
      problem:
        `--to-old is for data that the container has mounted: the lost ones are in "${plan.lost.path}", and stay there`,
      hint: `pgladder rollback ${plan.container}`,
    });
  }
  if (!asksFirst(plan)) {
    throw new Failure("usage", {
      problem:
        `--to-old is for a database that did not serve: ${plan.from.version} served before this run, and does after its rollback`,
      hint: `pgladder rollback ${plan.container}`,
    });
  }
  if (options.detach) {
    throw new Failure("usage", {
      problem: "--to-old cannot be combined with --detach",
      hint: `pgladder rollback ${plan.container} --to-old`,
    });
  }
}

/** What the first run was told of this host holds for the next one, too. */
const HANDED_ON = [
  "unit",
  "volume",
  "writers",
  "stop-timeout",
  "switch",
  "switch-command",
  "nix-file",
  "nix-option",
  "no-eval",
  "rebuild-command",
  "superuser",
  "trust-parents",
] as const satisfies readonly OptionName[];

/**
 * The words that have the version of the data serve them. They are known before
 * the way back begins, and stand in the journal from then on.
 */
export async function wordsToOld(
  app: App,
  plan: Plan,
): Promise<readonly string[]> {
  const { runtime } = app;
  const { container, from } = plan;
  const tag = tagOf(from.reference);
  const given = handedOn(app, plan);
  const way = given.switch ?? await switchOf(app, container);
  const options = { ...given, ...way && { switch: way } };
  return [
    ...["upgrade", container],
    ...tag === "" ? ["--image", from.reference] : ["--to", tag],
    ...HANDED_ON.flatMap((name) => {
      const value = options[name];
      if (value === undefined) return [];
      return "value" in OPTIONS[name] ? [`--${name}`, value] : [`--${name}`];
    }),
    ...app.args.options.yes === undefined ? [] : ["--yes"],
    ...["--runtime", runtime],
  ];
}

function handedOn({ args }: App, { asked, volume }: Plan) {
  const first = readArgs(asked).options;
  const file = first["nix-file"];
  const options: Partial<Record<OptionName, string>> = {
    ...first,
    ...args.options,
  };
  // A path may have begun in another directory than this one.
  if (options.volume !== undefined) options.volume = volume.path;
  if (file !== undefined && !isAbsolute(file)) delete options["nix-file"];
  return options;
}

/** What is half taken away may not say what makes it. */
async function switchOf(
  { directory, ports, runtime }: App,
  container: string,
): Promise<string> {
  try {
    const { making } = await findOut(container, { directory, ports, runtime });
    return making?.switch ?? "";
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return "";
  }
}

export const typedToOld = (words: readonly string[]) =>
  `pgladder ${words.map(quoted).join(" ")}`;

/** Down to the ground, and on to the old version where that was asked for. */
export async function goBack(
  app: App,
  run: OpenRun,
  old?: readonly string[],
): Promise<number> {
  const code = await withRun(app, run, () => rollBack(app, run));
  const { toOld = old } = run.journal.state;
  return toOld === undefined ? code : await serveOld(app, run, toOld);
}

/**
 * The last run was rolled back, and ended before the old version could serve as
 * was asked for. Undefined where another run is open.
 */
export async function leftToServe(app: App) {
  const { args: { operand, options }, ports, runtime } = app;
  const asked = { container: operand, volume: options.volume, runtime };
  const volume = await findVolume(asked, ports);
  if (volume === undefined) return undefined;
  const last = await findLast(volume, ports);
  if (last?.plan === undefined) return undefined;
  const { plan, state: { toOld: words } } = last;
  const isAsked = plan.runtime === runtime &&
    (operand ?? plan.container) === plan.container;
  return isAsked && words ? { ...contextOf(plan, ports), words } : undefined;
}

/**
 * What was found does not serve. So the version of the data is made to serve
 * them, by a run of its own that can be resumed like any other. Where a person
 * has made the service of that version already, it is only started.
 */
export async function serveOld(
  app: App,
  { names, plan }: PlannedRun,
  words: readonly string[],
): Promise<number> {
  const { files, host } = app.ports;
  host.say(
    `Now ${plan.from.version} is to serve them again: ${typedToOld(words)}`,
  );
  try {
    return await isMade(app, plan)
      ? await startMade(app, plan)
      : await begin(app, words);
  } finally {
    // From here on the next run's own leads to it.
    const isKept = await files.look(names.aborted) !== undefined;
    const next = await files.look(journalBeside(plan.volume.path));
    if (next !== undefined && !isKept) await removePointer(plan.run, app.ports);
  }
}

/** The same without what was found: it is to serve. */
function asServed({ unserved: _, ...plan }: Plan): Plan {
  return plan;
}

async function isMade({ ports }: App, plan: Plan): Promise<boolean> {
  const { version } = await wouldRun({ plan: asServed(plan), ports });
  return version === "from";
}

async function startMade(app: App, plan: Plan): Promise<number> {
  const { container, from, volume } = plan;
  try {
    await openUnit(contextOf(asServed(plan), app.ports), from);
  } catch (cause) {
    if (cause instanceof Failure || cause instanceof StoppedError) throw cause;
    if (!(cause instanceof Error) || cause instanceof TypeError) throw cause;
    const details = { reason: redact(cause.message), container };
    throw new Failure("host-midway", details, { cause });
  }
  app.ports.host.say(
    `PostgreSQL ${from.version} serves "${container}", its data are in ${volume.path}`,
  );
  return EXIT.done;
}

async function begin(app: App, noted: readonly string[]): Promise<number> {
  const agrees = app.args.options.yes !== undefined && !noted.includes("--yes");
  const words = [...noted, ...agrees ? ["--yes"] : []];
  const args = readArgs(words);
  const trustParents = args.options["trust-parents"] !== undefined;
  return await beginUpgrade({ ...app, args, trustParents, words });
}
