import type { Plan } from "../../../journal/plan.ts";
import { asksFirst } from "../../../journal/plan.ts";
import { Failure } from "../../base/failure.ts";
import { quoted } from "../../base/shell.ts";
import { findOut } from "../../plan/diagnosis/find_out.ts";
import { tagOf } from "../../plan/facts/image.ts";
import { beginUpgrade } from "./begin_upgrade.ts";
import { readArgs } from "../args.ts";
import type { App } from "../command/command.ts";

/** @throws {Failure} "usage": the way back ends with the old version anyway */
export function requireOldAsked({ args: { options } }: App, plan: Plan) {
  if (options["to-old"] === undefined) return;
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

/**
 * What was found does not serve. So the version of the data is made to serve
 * them, by a run of its own that can be resumed like any other.
 */
export async function serveOld(
  app: App,
  { container, from }: Plan,
): Promise<number> {
  const { directory, ports, runtime } = app;
  const { making } = await findOut(container, { directory, ports, runtime });
  const tag = tagOf(from.reference);
  const words = [
    ...["upgrade", container],
    ...tag === "" ? ["--image", from.reference] : ["--to", tag],
    ...making?.switch ? ["--switch", making.switch] : [],
    ...app.args.options.yes === undefined ? [] : ["--yes"],
    ...["--runtime", runtime],
  ];
  ports.host.say(
    `Now ${from.version} is to serve them again: pgladder ${
      words.map(quoted).join(" ")
    }`,
  );
  return await beginUpgrade({ ...app, args: readArgs(words), words });
}
