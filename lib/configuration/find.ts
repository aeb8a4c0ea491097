import { linesOf } from "./compose/advice.ts";
import { placeCompose } from "./compose/place.ts";
import { withEnvAbove } from "./compose/env_files.ts";
import { sharedWith } from "./compose/neighbours.ts";
import { projectOf, projectOfMaker } from "./compose/project.ts";
import { unsetOf } from "./compose/service.ts";
import { remakingOf } from "./compose/remake.ts";
import { type EditTarget, isMountAlone } from "./target.ts";
import type { Ports } from "../port/ports.ts";
import { placeQuadlet, quadletByHand } from "./quadlet.ts";
import { QuadletFolders } from "./quadlet_files.ts";
import { placeInNixos } from "./nix/nixos.ts";
import {
  type ConfigurationRequest,
  type EditPlan,
  editPlanFrom,
} from "./edit_plan.ts";

export type { ConfigurationRequest, EditPlan, Waiting } from "./edit_plan.ts";

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
      if (isMountAlone(target)) return mountAloneInNixos(target);
      return await placeInNixos(asked, target, unit, ports);
    case "quadlet":
      return await inQuadlet(asked, target, unit, ports);
    case "compose":
      return await inCompose(target, unit, ports);
  }
}

/** What is placed there is a version, and a mount only along with it. */
function mountAloneInNixos({ mount, to }: EditTarget): EditPlan {
  return {
    kind: "unplaced",
    problem:
      `the NixOS configuration names ${to.image} already, and in it pgladder changes no mount alone`,
    candidates: [],
    byHand: mount === undefined ? [] : [
      `"${mount.volume}:${mount.toPath}" instead of "${mount.volume}:${mount.fromPath}"`,
    ],
    rebuild: "",
  };
}

async function inQuadlet(
  asked: ConfigurationRequest,
  target: EditTarget,
  unit: string,
  ports: Ports,
): Promise<EditPlan> {
  const source = asked.file ??
    (await ports.units.show([unit])).get(unit)?.source ?? "";
  const none = (problem: string): EditPlan => ({
    kind: "unplaced",
    problem,
    candidates: [],
    byHand: quadletByHand(target),
    rebuild: "",
  });
  if (!source.endsWith(".container")) {
    return none(
      source === ""
        ? `${unit} is not made of a Quadlet file`
        : `${unit} is made of "${source}", which is no .container file`,
    );
  }
  const folders = await QuadletFolders.find(source, ports);
  const found = await folders.textsOf(source);
  if ("twins" in found) {
    const [a, b] = found.twins;
    return none(`Two drop-ins have one name: "${a}" and "${b}"`);
  }
  const { container, image } = found;
  const placement = placeQuadlet(target, container, image);
  const texts = new Map([...container, ...image]);
  const editPlan = editPlanFrom(placement, texts, "");
  if (editPlan.kind !== "placed") return editPlan;
  const changed = editPlan.changes.map(({ file }) => file);
  const passing = changed.map(notKept).find((it) => it !== undefined);
  if (passing !== undefined) return none(passing);
  const other = await folders.otherUser(changed, source, unit);
  if (other === undefined) return editPlan;
  return none(
    `"${other.file}" is read for "${other.by}" as well: a change there moves that one, too`,
  );
}

/** Where a change of the file would not last, a phrase. */
function notKept(file: string): string | undefined {
  if (file.startsWith("/run/")) {
    return `"${file}" is gone with the next boot, and with it the change`;
  }
  return file.startsWith("/usr/")
    ? `"${file}" is a package's, which may bring the old image back`
    : undefined;
}

async function inCompose(
  target: EditTarget,
  unit: string,
  ports: Ports,
): Promise<EditPlan> {
  const { unmanaged: alone = false } = target;
  const maker = target.maker && await withEnvAbove(target.maker, ports.files);
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
    byHand: linesOf(editPlan.changes, texts),
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
      `${unset} has its value from the environment of who brought the project up, and none in its files: write it into "${
        project?.variablesFile ?? ".env"
      }"`,
    );
  }
  const remaking = await remakingOf(target.container, maker, ports, project);
  return "problem" in remaking
    ? unplaced(remaking.problem)
    : { ...editPlan, rebuild: remaking.line };
}
