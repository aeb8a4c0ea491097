import { isAbsolute } from "@std/path";
import type { Plan } from "../../../journal/plan.ts";
import { asksFirst } from "../../../journal/plan.ts";
import { Failure } from "../../base/failure.ts";
import { quoted } from "../../base/shell.ts";
import { findOut } from "../../plan/diagnosis/find_out.ts";
import { tagOf } from "../../plan/facts/image.ts";
import { beginUpgrade } from "./begin_upgrade.ts";
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
 * The words that have the version of the data serve them. They are known, and
 * told, before the way back begins: nothing on the disk remembers `--to-old`.
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

/**
 * What was found does not serve. So the version of the data is made to serve
 * them, by a run of its own that can be resumed like any other.
 */
export async function serveOld(
  app: App,
  { from }: Plan,
  words: readonly string[],
): Promise<number> {
  app.ports.host.say(
    `Now ${from.version} is to serve them again: ${typedToOld(words)}`,
  );
  const args = readArgs(words);
  const trustParents = args.options["trust-parents"] !== undefined;
  return await beginUpgrade({ ...app, args, trustParents, words });
}
