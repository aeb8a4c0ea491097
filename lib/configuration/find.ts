import { join } from "@std/path";
import { composeByHand, placeCompose } from "./compose/place.ts";
import { sharedWith } from "./compose/neighbours.ts";
import { projectOf, projectOfMaker } from "./compose/project.ts";
import { unsetOf } from "./compose/service.ts";
import { remakingOf } from "./compose/remake.ts";
import type { EditTarget } from "./target.ts";
import type { Ports } from "../port/ports.ts";
import { placeQuadlet } from "./quadlet.ts";
import { placeInNixos } from "./nix/nixos.ts";
import { realText } from "./nix/tree.ts";
import {
  type ConfigurationRequest,
  type EditPlan,
  editPlanFrom,
} from "./edit_plan.ts";

export type { ConfigurationRequest, EditPlan, Waiting } from "./edit_plan.ts";

const QUADLETS = "/etc/containers/systemd";

/** Reads the configuration and finds the place; changes nothing. */
export async function findPlace(
  asked: ConfigurationRequest,
  target: EditTarget,
  unit: string,
  ports: Ports,
): Promise<EditPlan> {
  const editPlan = await placeOfKind(asked, target, unit, ports);
  const built = editPlan.kind === "placed"
    ? editPlan.changes.find(({ file }) => file.startsWith("/nix/store/"))
    : undefined;
  if (built === undefined) return editPlan;
  return {
    kind: "unplaced",
    problem:
      `"${built.file}" is built by Nix: what is changed there is gone with the next rebuild. --switch nixos changes what it is built from`,
    candidates: [],
    byHand: [
      `${target.to.image} instead of ${target.from.image} in the NixOS configuration`,
    ],
    rebuild: "",
  };
}

async function placeOfKind(
  asked: ConfigurationRequest,
  target: EditTarget,
  unit: string,
  ports: Ports,
): Promise<EditPlan> {
  switch (asked.kind) {
    case "nixos":
      return await placeInNixos(asked, target, unit, ports);
    case "quadlet":
      return await inQuadlet(asked, target, unit, ports);
    case "compose":
      return await inCompose(target, unit, ports);
  }
}

async function inQuadlet(
  asked: ConfigurationRequest,
  target: EditTarget,
  unit: string,
  ports: Ports,
): Promise<EditPlan> {
  const main = asked.file ??
    join(QUADLETS, `${unit.replace(/\.service$/, "")}.container`);
  const folder = `${main}.d`;
  const dropIns = (await ports.files.list(folder) ?? [])
    .filter((name) => name.endsWith(".conf"))
    .map((name) => join(folder, name));
  const texts = new Map<string, string>();
  for (const path of [main, ...dropIns]) {
    const { real, text } = await realText(path, ports);
    if (text !== undefined) texts.set(real, text);
  }
  return editPlanFrom(placeQuadlet(target, texts), texts, "");
}

async function inCompose(
  target: EditTarget,
  unit: string,
  ports: Ports,
): Promise<EditPlan> {
  const { unmanaged: alone = false, maker } = target;
  const byUnit = alone ? undefined : await projectOf(ports, unit);
  // A unit may have a program of the operator's own bring it up.
  const project = byUnit ?? (maker && await projectOfMaker(ports, maker));
  const texts = new Map(project?.texts);
  for (const [file, text] of project?.envs ?? []) texts.set(file, text);
  const editPlan = editPlanFrom(placeCompose(target, project), texts, "");
  if (editPlan.kind !== "placed") return editPlan;
  const unplaced = (problem: string): EditPlan => ({
    kind: "unplaced",
    problem,
    candidates: [],
    byHand: composeByHand(target),
    rebuild: "",
  });
  // What is no UTF-8 would not come back as it was.
  const unclear = [...texts].find(([, text]) => text.includes("\ufffd"));
  if (unclear !== undefined) {
    return unplaced(`"${unclear[0]}" is not plain text`);
  }
  const shared = project &&
    await sharedWith(editPlan.changes, project, maker, ports);
  if (shared !== undefined) return unplaced(shared);
  if (!alone || maker === undefined) return editPlan;
  // Docker's compose tells by its checksum what it read them from.
  const [unset] = maker.tool === "podman-compose" ? unsetOf(project) : [];
  if (unset !== undefined) {
    return unplaced(
      `${unset} has its value from the environment of who brought the project up, and none in its files`,
    );
  }
  const remaking = await remakingOf(target.container, maker, ports);
  return "problem" in remaking
    ? unplaced(remaking.problem)
    : { ...editPlan, rebuild: remaking.line };
}
