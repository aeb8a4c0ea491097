import { basename, join } from "@std/path";
import { TEXT_MAX } from "../../port/files.ts";
import type { Ports } from "../../port/ports.ts";
import {
  type ConfigurationRequest,
  type EditPlan,
  editPlanFrom,
} from "../edit_plan.ts";
import type { EditTarget, Placement } from "../target.ts";
import type { NixPorts } from "./ask.ts";
import { forcedByHand, writeByHand } from "./by_hand.ts";
import { Configuration } from "./configuration.ts";
import { Fleet } from "./fleet.ts";
import { place } from "./place.ts";
import { Sources } from "./sources.ts";
import { cleanTree, homeOf, realText, rebuildOf, textsBelow } from "./tree.ts";
import { proposals } from "./proposals.ts";
import { type Inquiry, type Trial, tryOut, tryOutEach } from "./trial.ts";
import { type Seen, testify, type Testimony } from "./witness.ts";

/** For all questions together: who plans waits for the answers. */
const MINUTES_MAX = 10;
const ASKED =
  `Nix evaluates this host's configuration, ${MINUTES_MAX} minutes at most`;

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
  const { links, skipped, texts } = await textsBelow(home, ports);
  if (named?.text !== undefined && !texts.has(named.real)) {
    texts.set(named.real, named.text);
  }
  const root = ["flake.nix", "configuration.nix"]
    .map((name) => join(home, name))
    .map((path) => links.get(path) ?? path).find((path) => texts.has(path));
  const option = asked.option?.split(".");
  const sources = new Sources(texts, skipped, links);
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
  const { host } = ports;
  const bounded = { ...ports, untilMs: host.now().ms + MINUTES_MAX * 60_000 };
  const find = async () => {
    const told = await firstWord(inquiry, asked.isRead === true, bounded);
    return told.kind === "seen"
      ? await evaluated(inquiry, read, told.seen, bounded)
      : onlyRead(inquiry, place(inquiry.target, read), told.why);
  };
  const { during = (_, action) => action() } = asked;
  const editPlan = asked.isRead === true
    ? await find()
    : await during(ASKED, find);
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
  ports: NixPorts,
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
    target,
    { home, place: home },
    ports,
  );
  return told.kind === "seen" && told.seen.image === null
    ? {
      kind: "unknown",
      why: `Nix knows no container "${target.container}" in this configuration`,
    }
    : told;
}

/** This host's files are those that Nix names, whoever brings them in. */
async function byNix(
  { home, sources }: Inquiry,
  { files: read, machine, roots }: Configuration,
  { files: named }: Seen,
  { files }: NixPorts,
): Promise<Configuration | undefined> {
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
  return own.length === 0 ? undefined : new Configuration(sources, {
    ...roots,
    host: machine ?? roots.host,
    files: own,
  });
}

/** As Nix says: a place counts where it evaluates to what is wished. */
async function evaluated(
  inquiry: Inquiry,
  read: Configuration,
  seen: Seen,
  ports: NixPorts,
): Promise<EditPlan> {
  const { host, rebuild, sources, target } = inquiry;
  const { texts } = sources;
  const byHand = seen.kind === "oci"
    ? forcedByHand(target)
    : writeByHand(target, read);
  const unplaced = (problem: string): EditPlan => ({
    kind: "unplaced",
    problem,
    candidates: [],
    byHand,
    rebuild,
  });
  if (host === undefined || seen.image !== target.from.image) {
    return unplaced(
      `Nix evaluates the image to ${seen.image}, and ${target.from.image} runs`,
    );
  }
  const { mount } = target;
  // Only there a list of this host's own outranks that of a module.
  const told = mount === undefined || seen.kind !== "oci"
    ? target
    : { ...target, mount: { ...mount, volumes: seen.volumes } };
  const known = await byNix(inquiry, read, seen, ports);
  const placements = [
    ...known === undefined ? [] : [place(told, known)],
    place(told, read),
  ];
  const { home } = inquiry;
  const fleet = new Fleet({ host, home, texts, kind: seen.kind }, ports);
  const trial: Trial = { ...inquiry, host, before: seen, fleet };
  const first = await tryOut(trial, placements, ports);
  if (first.kind === "holds") return first.placed;
  if (fleet.shared.size > 0) {
    const roots = { ...(known ?? read).roots, shared: fleet.shared };
    const own = place(told, new Configuration(sources, roots));
    const again = await tryOut(trial, [own], ports);
    if (again.kind === "holds") return again.placed;
  }
  // What reading leaves open, and where nothing in the files holds the tag.
  const more = [
    ...placements.flatMap((it) => it.kind === "several" ? it.candidates : []),
    ...known === undefined
      ? []
      : await proposals({ ...trial, target: told }, known, ports),
  ];
  const other = await tryOutEach(trial, more, ports);
  if (other !== undefined) return other;
  const [last] = placements.slice(-1);
  return first.kind === "refused" || last === undefined
    ? unplaced(first.problem)
    : editPlanFrom(last, texts, rebuild);
}

/** Nix cannot be asked, and what the files say must do. */
function onlyRead(
  { rebuild, sources: { texts } }: Inquiry,
  placement: Placement,
  why: string,
): EditPlan {
  const said = `read, not evaluated (${why})`;
  const found = editPlanFrom(placement, texts, rebuild);
  return found.kind === "placed"
    ? { ...found, found: `${found.found}; ${said}` }
    : { ...found, problem: `${found.problem}; ${said}` };
}
