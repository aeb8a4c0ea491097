import { basename, join } from "@std/path";
import { TEXT_MAX } from "../../port/files.ts";
import type { Ports } from "../../port/ports.ts";
import {
  type ConfigurationRequest,
  type EditPlan,
  editPlanFrom,
} from "../edit_plan.ts";
import type { EditTarget, Placement } from "../target.ts";
import { forcedByHand } from "./by_hand.ts";
import { Configuration } from "./configuration.ts";
import type { NixHost } from "./hosts.ts";
import { place } from "./place.ts";
import { Sources } from "./sources.ts";
import { cleanTree, homeOf, realText, rebuildOf, textsBelow } from "./tree.ts";
import {
  objection,
  type Seen,
  testify,
  testifyAfter,
  type Testimony,
} from "./witness.ts";

/** The tree, and what was asked of it. */
interface Inquiry {
  readonly target: EditTarget;
  readonly unit: string;
  readonly home: string;
  readonly sources: Sources;
  readonly host: NixHost | undefined;
  readonly rebuild: string;
}

/**
 * Nix says which files this host has and what its image is; the place is found
 * in those files, and Nix says of a copy of the tree that it is the right one.
 * Where Nix cannot be asked, what the files say must do.
 */
export async function placeInNixos(
  asked: ConfigurationRequest,
  target: EditTarget,
  unit: string,
  ports: Ports,
): Promise<EditPlan> {
  const named = asked.file ? await realText(asked.file, ports) : undefined;
  const file = named?.real;
  const home = await homeOf(file, ports);
  const { skipped, texts } = await textsBelow(home, ports);
  if (named?.text !== undefined && !texts.has(named.real)) {
    texts.set(named.real, named.text);
  }
  const root = ["flake.nix", "configuration.nix"]
    .map((name) => join(home, name)).find((path) => texts.has(path));
  const option = asked.option?.split(".");
  const sources = new Sources(texts, skipped);
  const name = attributeIn(asked.rebuild) ?? asked.hostname;
  const read = new Configuration(sources, {
    root,
    host: name,
    file,
  });
  const isFlake = root !== undefined && basename(root) === "flake.nix";
  const attribute = isFlake ? read.machine ?? name : undefined;
  const inquiry: Inquiry = {
    target: { ...target, ...(option === undefined ? {} : { option }) },
    unit,
    home,
    sources,
    host: root === undefined ? undefined : { name, root, attribute },
    rebuild: asked.rebuild ?? await rebuildOf(home, root, ports),
  };
  const told = await firstWord(inquiry, asked.isRead === true, ports);
  const placements = [
    ...told.kind === "seen" ? await byNix(inquiry, read, told.seen, ports) : [],
    place(inquiry.target, read),
  ];
  const editPlan = await firstThatHolds(inquiry, placements, told, ports);
  if (editPlan.kind !== "placed") return editPlan;
  const git = await cleanTree(editPlan.changes[0]?.file ?? "/", ports);
  return { ...editPlan, git };
}

/** `nixos-rebuild switch --flake /etc/nixos#db1`: "db1". */
function attributeIn(rebuild = ""): string | undefined {
  return /--flake[= ]['"]?[^\s'"#]*#([\w-]+)/.exec(rebuild)?.[1];
}

async function firstWord(
  { home, host, target }: Inquiry,
  isRead: boolean,
  ports: Ports,
): Promise<Testimony> {
  if (isRead) return { kind: "unknown", why: "--no-eval" };
  if (host === undefined) {
    return {
      kind: "unknown",
      why: `nothing in "${home}" says where it begins`,
    };
  }
  const told = await testify(
    host,
    target.container,
    { home, place: home },
    ports,
  );
  return told.kind === "seen" && told.seen.image === null
    ? {
      kind: "unknown",
      why: `"${target.container}" is none of oci-containers' containers`,
    }
    : told;
}

/** The files that Nix names are this host's, whoever brings them in. */
async function byNix(
  { home, sources, target }: Inquiry,
  { files: read, roots }: Configuration,
  { files: named, volumes }: Seen,
  { files }: Ports,
): Promise<Placement[]> {
  const own = [...read].filter((file) => !file.endsWith("/flake.nix"));
  for (const path of named) {
    // A flake is evaluated in a copy, which has other flakes beside it.
    const below = /\/nix\/store\/[^/]+\/(.+)$/.exec(path)?.[1];
    const file = sources.fileAt(below === undefined ? path : join(home, below));
    if (file === undefined) continue;
    // What Nix names may be a directory, or gone by now.
    const text = await files.readSmall(path, TEXT_MAX) ??
      await files.readSmall(join(path, "default.nix"), TEXT_MAX);
    if (text === sources.texts.get(file)) own.push(file);
  }
  if (own.length === 0) return [];
  const { mount } = target;
  const told = mount === undefined
    ? target
    : { ...target, mount: { ...mount, volumes } };
  return [place(told, new Configuration(sources, { ...roots, files: own }))];
}

async function firstThatHolds(
  inquiry: Inquiry,
  placements: readonly Placement[],
  told: Testimony,
  ports: Ports,
): Promise<EditPlan> {
  const { home, host, rebuild, sources: { texts }, unit, target } = inquiry;
  const unplaced = (problem: string): EditPlan => {
    const byHand = forcedByHand(target);
    return { kind: "unplaced", problem, candidates: [], byHand, rebuild };
  };
  if (told.kind === "seen" && told.seen.image !== target.from.image) {
    return unplaced(
      `Nix evaluates the image to ${told.seen.image}, and ${target.from.image} runs`,
    );
  }
  let refused: EditPlan | undefined;
  for (const placement of placements) {
    if (placement.kind !== "placed") continue;
    const editPlan = editPlanFrom(placement, texts, rebuild);
    if (editPlan.kind !== "placed") continue;
    const { found } = editPlan;
    if (told.kind === "unknown" || host === undefined) {
      const why = told.kind === "unknown" ? told.why : "";
      return { ...editPlan, found: `${found}; read, not evaluated (${why})` };
    }
    const { edits } = placement;
    const tree = { home, texts };
    const after = await testifyAfter(host, target, edits, tree, ports);
    const problem = after.kind === "unknown"
      ? `Nix does not evaluate what it would become (${after.why})`
      : objection(target, unit, told.seen, after.seen);
    if (problem === undefined) {
      return {
        ...editPlan,
        found: `${found}; Nix evaluates it to ${target.to.image}`,
      };
    }
    refused ??= unplaced(problem);
  }
  const [last] = placements.slice(-1);
  if (refused !== undefined || last === undefined) {
    return refused ?? unplaced("Nothing was found");
  }
  const found = editPlanFrom(last, texts, rebuild);
  if (found.kind === "placed" || told.kind === "seen") return found;
  const problem = `${found.problem}; read, not evaluated (${told.why})`;
  return { ...found, problem };
}
