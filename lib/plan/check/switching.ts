import type { Facts } from "../facts/facts.ts";
import { factsAsConfigured, isConfigured } from "../make_plan.ts";
import type { Settings } from "../settings.ts";
import { makerOf } from "../../configuration/compose/labels.ts";
import { isVolume } from "../../configuration/would_run.ts";
import { type Check, type Finding, ok, refuse, warn } from "./check.ts";
import { pendingWords, placing } from "./switching/placing.ts";

const OTHERWISE = "Use --switch manual or --switch command";

export const switching: Check = {
  name: "switch",
  about: "the configuration can be made to name the new image",
  worst: "refuse",
  remedy: "use another --switch",
  look(whole, settings) {
    const facts = factsAsConfigured(whole);
    const { from, to } = facts;
    if (isConfigured(whole)) {
      return ok(`nothing to change: ${to.reference} is named already`);
    }
    const moved = from.inner === to.inner
      ? ""
      : `; the mount moves from ${from.inner} to ${to.inner}`;
    if (facts.unmanaged !== undefined) return remade(facts, settings, moved);
    if (from.reference === to.reference && whole.found === undefined) {
      if (moved !== "") {
        return refuse(
          `the name ${to.reference} stays, and the mount would have to move from ${from.inner} to ${to.inner}`,
          `Name the version in full, such as --to ${to.major}`,
        );
      }
      return ok(`the configuration names ${to.reference} before and after`);
    }
    switch (settings.switch) {
      case "none":
      case "tag":
      case "manual":
        return ok(
          `you change it when pgladder asks${moved}${
            whyManual(facts, settings)
          }`,
        );
      case "command":
        return settings.switchCommand === undefined
          ? refuse("no command is given", "Name it with --switch-command")
          : ok(`${settings.switchCommand}${moved}`);
      case "unit":
        return unitFile(facts, moved);
      case "nixos":
      case "quadlet":
      case "compose":
        return placing(facts, moved);
    }
  },
};

/** On NixOS pgladder would do it, were it certain where. */
function whyManual(facts: Facts, { isSwitchOurs }: Settings): string {
  const { editPlan } = facts;
  if (!isSwitchOurs) return offering(facts);
  if (editPlan === undefined) return "";
  if (editPlan.kind === "unplaced") {
    return `, since it is not certain where: ${editPlan.problem}`;
  }
  const { found, pending = [] } = editPlan;
  const more = pending.length === 0
    ? ""
    : `, but the rebuild would change more: ${pendingWords(pending)}`;
  return `; with --switch nixos pgladder does${more}: ${found}`;
}

/** What would do it, where nobody has said who does. */
function offering({ offered }: Facts): string {
  return offered === undefined
    ? ""
    : `; with --switch ${offered.switch} pgladder does: ${offered.found}`;
}

/** Where no unit makes the container, who made it must make it again. */
function remade(
  facts: Facts,
  { switch: chosen, switchCommand }: Settings,
  moved: string,
): Finding {
  const { container, from, to } = facts;
  if (from.reference === to.reference && facts.found === undefined) {
    return refuse(
      `"${container.name}" would be made of ${to.reference} again`,
      "Name the version in full, such as --to 17.6",
    );
  }
  if (chosen === "command" && switchCommand !== undefined) {
    return ok(`${switchCommand}${moved}`);
  }
  const isMade = makerOf(container.labels) !== undefined;
  if (chosen === "compose" && isMade) return placing(facts, moved);
  return chosen === "manual"
    ? ok(
      `you make the container again when pgladder asks${moved}${
        offering(facts)
      }`,
    )
    : refuse("no unit makes the container again", OTHERWISE);
}

/** The plain unit file can be edited, and names what is to be changed. */
function unitFile(facts: Facts, moved: string): Finding {
  const { fileRunLine, from, to, unit, volume } = facts;
  const file = unit?.fragment ?? "";
  if (file === "" || file.startsWith("/run/")) {
    return refuse(`the unit file "${file}" is generated`, OTHERWISE);
  }
  if (/^\/nix\/|^\/etc\/static\//.test(file)) {
    return refuse(`the unit file "${file}" belongs to NixOS`, OTHERWISE);
  }
  if (fileRunLine?.image.text !== from.reference) {
    return refuse(
      `"${file}" itself does not name ${from.reference}`,
      OTHERWISE,
    );
  }
  const mount = fileRunLine.mounts.find(({ source }) =>
    isVolume(source, { path: volume, name: facts.named?.name })
  );
  if (from.inner !== to.inner && (mount?.mountPathStart ?? -1) < 0) {
    return refuse(
      `"${file}" does not mount "${
        facts.named?.name ?? volume
      }" in plain words`,
      OTHERWISE,
    );
  }
  return file.startsWith("/etc/") ? ok(`${file}${moved}`) : warn(
    `${file}${moved}`,
    "A package may replace that file: better keep your own in /etc",
  );
}
