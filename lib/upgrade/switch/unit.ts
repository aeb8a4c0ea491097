import { applyEdits } from "../../configuration/edit.ts";
import { sha256 } from "../../../journal/sha256.ts";
import type { Plan } from "../../../journal/plan.ts";
import type { Context, PlannedRun, RunContext } from "../../run/context.ts";
import { runLineOfUnit } from "../../configuration/run_line/run_line.ts";
import { WaitingError } from "../contract.ts";
import { LOAD, writtenWords } from "./file_changes.ts";
import { isVolume } from "../../configuration/would_run.ts";
import type { Switcher } from "./switcher.ts";

/**
 * Edits the plain unit file that starts the container: the image, and where
 * the new image wants the volume elsewhere the mount; not one other byte. The
 * original is kept, and is put back only if the file is still what we wrote.
 */
export function unitSwitcher(
  { names, plan }: PlannedRun,
  file: string,
): Switcher {
  const { from, to } = plan;
  const [old, wanted] = from.reference === to.reference
    ? [from.inner, to.inner]
    : [from.reference, to.reference];
  const edit = `sed -i 's|${old}|${wanted}|' ${file}`;
  return {
    does: `${writtenWords(plan, file)} and has systemd load it`,
    wayBack: "puts the file's bytes back",
    commands: [
      from.inner === to.inner || from.reference === to.reference
        ? edit
        : `${edit}   # and ${plan.from.inner} → ${plan.to.inner}`,
      "systemctl daemon-reload",
    ],
    loads: true,
    apply: (context) => apply(context, file),
    undo: (context) => undo(context, file),
    async isWritten({ ports: { files } }) {
      const kept = await files.readText(names.original);
      return kept !== undefined &&
        await files.readText(file) === edited(plan, kept);
    },
  };
}

async function apply({ names, plan, ports }: RunContext, file: string) {
  const { files, units } = ports;
  const { original } = names;
  const text = await files.readText(file);
  if (text === undefined) {
    throw new Error(`Cannot read the unit file "${file}"`);
  }
  // What is no UTF-8 would not come back as it was.
  if (text.includes("\ufffd")) {
    throw new WaitingError(
      `"${file}" is not plain text: make it name ${plan.to.reference}. Then type "${LOAD}"`,
    );
  }
  const kept = await files.readText(original);
  if (kept !== undefined && kept !== text && edited(plan, kept) !== text) {
    throw new WaitingError(
      `"${file}" was changed by someone else: make it name ${plan.to.reference}. Then type "${LOAD}"`,
    );
  }
  // First, since a file that is not as planned must not be kept as the original.
  const wanted = edited(plan, kept ?? text);
  if (kept === undefined) await files.writeText(original, text);
  if (text !== wanted) await files.writeText(file, wanted);
  await units.reload();
}

async function undo({ names, plan, ports }: Context, file: string) {
  const { files, units } = ports;
  const { original } = names;
  const kept = await files.readText(original);
  const text = await files.readText(file);
  if (kept !== undefined && text !== kept) {
    if (text === undefined || sha256(text) !== sha256(edited(plan, kept))) {
      throw new WaitingError(
        `"${file}" was changed by someone else since: make it name ${plan.from.reference} with the volume at ${plan.from.inner} again (the original is "${original}"). Then type "${LOAD}"`,
      );
    }
    await files.writeText(file, kept);
  }
  await units.reload();
}

/** The unit file with the new image, and the volume where that wants it. */
export function edited(plan: Plan, text: string): string {
  const line = runLineOfUnit(text, plan.container);
  if (line === undefined) {
    throw new Error("Cannot find the container's command in the unit file");
  }
  const mount = line.mounts.find(({ source }) => isVolume(source, plan.volume));
  if (line.image.text !== plan.from.reference) {
    throw new Error(
      `The unit file names "${line.image.text}", not "${plan.from.reference}"`,
    );
  }
  const { start, end } = line.image;
  const { reference } = plan.to;
  const edits = [{ start, end, old: text.slice(start, end), new: reference }];
  if (plan.from.inner !== plan.to.inner) {
    if (mount === undefined || mount.mountPathStart < 0) {
      throw new Error(
        `Cannot find "${
          plan.volume.name ?? plan.volume.path
        }:${plan.from.inner}" in the unit file`,
      );
    }
    const { mountPathEnd: end, mountPathStart: start } = mount;
    const old = text.slice(start, end);
    edits.push({ start, end, old, new: plan.to.inner });
  }
  return applyEdits(text, edits);
}
