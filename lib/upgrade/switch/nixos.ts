import { applyEdits } from "../../configuration/edit.ts";
import { sha256 } from "../../../journal/sha256.ts";
import { dirname } from "@std/path";
import type { Plan, Switch } from "../../../journal/plan.ts";
import type { Context } from "../../run/context.ts";
import type { Ports } from "../../port/ports.ts";
import { wouldRun } from "../../configuration/would_run.ts";
import {
  changeLines,
  filesOf,
  holdsChanges,
  writeChanges,
} from "./file_changes.ts";
import { runInUnit } from "./transient_unit.ts";
import type { Switcher } from "./switcher.ts";

type Nixos = Extract<Switch, { kind: "nixos" }>;

/** As in a shell: there is no such program. */
const NOT_FOUND = 127;

/**
 * Changes the one value in the NixOS configuration that the plan has found, and
 * rebuilds. Whether that did it is told by what the unit would run, never by
 * the rebuild's exit code, which other units spoil, and which says nothing of
 * a tool that rolls back by itself.
 */
export function nixosSwitcher(plan: Plan, chosen: Nixos): Switcher {
  const { changes, rebuild } = chosen;
  return {
    does: `changes ${names(chosen)} and runs "${rebuild}"`,
    wayBack: `puts the bytes of ${names(chosen)} back and runs "${rebuild}"`,
    commands: [...changeLines(changes), rebuild],
    async apply(context) {
      await requireNix(context.ports, chosen);
      await writeChanges(context, changes, {
        direction: "apply",
        load: rebuild,
      });
      await build(context, rebuild, "apply");
      if (chosen.git !== "") context.ports.host.say(commitWords(plan, chosen));
    },
    async undo(context) {
      await writeChanges(context, changes, {
        direction: "undo",
        load: rebuild,
      });
      await build(context, rebuild, "undo");
    },
    isWritten: ({ ports }) => holdsChanges(ports, changes),
  };
}

const names = ({ changes }: Nixos) => filesOf(changes);

/** What is to be written is Nix, by Nix's own word, before it is written. */
async function requireNix({ files, host }: Ports, { changes }: Nixos) {
  for (const change of changes) {
    const text = await files.readText(change.file);
    // It is written already, or not ours: what writes it says so.
    if (text === undefined || sha256(text) !== change.before) continue;
    const answer = await host.run(
      ["nix-instantiate", "--parse", "-"],
      applyEdits(text, change.edits),
    );
    if (answer.code !== 0 && answer.code !== NOT_FOUND) {
      throw new Error(
        `"${change.file}" would not be valid Nix any more: ${answer.stderr.trim()}`,
      );
    }
  }
}

async function build(
  context: Context,
  rebuild: string,
  direction: "apply" | "undo",
) {
  const { ports } = context;
  const { code, log, tail } = await runInUnit(context, {
    command: rebuild,
    direction,
    follow: true,
  });
  const found = await wouldRun(context);
  const ended = `"${rebuild}" ended with ${code} (log: ${log})`;
  if (found.version !== (direction === "apply" ? "to" : "from")) {
    throw new Error(`${found.text} after ${ended}: ${tail}`);
  }
  if (code !== "0") {
    ports.host.say(`      ${found.text}, though ${ended}: ${tail}`);
  }
}

/** Said, never done: what is committed, and how, is the operator's. */
function commitWords({ container, to }: Plan, { changes, git }: Nixos): string {
  const files = changes.map(({ file }) =>
    file.startsWith(`${git}/`) ? file.slice(git.length + 1) : file
  );
  return `      The configuration's working tree was clean. Commit this: git -C ${
    git || dirname(files[0] ?? "/")
  } commit -m "${container}: PostgreSQL ${to.version}" -- ${files.join(" ")}`;
}
