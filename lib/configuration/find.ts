import { join } from "@std/path";
import type { Change } from "../../journal/plan.ts";
import { composeByHand, placeCompose } from "./compose/place.ts";
import { projectOf, projectOfMaker } from "./compose/project.ts";
import { remakingOf } from "./compose/remake.ts";
import { unifiedDiff } from "./diff.ts";
import { Configuration } from "./nix/configuration.ts";
import { applyEdits, type Edit } from "./edit.ts";
import { place } from "./nix/place.ts";
import { Sources } from "./nix/sources.ts";
import { writeByHand } from "./nix/describe.ts";
import type { Placement, Wish } from "./target.ts";
import type { Ports } from "../port/ports.ts";
import { placeQuadlet } from "./quadlet.ts";
import { sha256 } from "../../journal/sha256.ts";
import {
  cleanTree,
  homeOf,
  imageAfter,
  realText,
  rebuildOf,
  textsBelow,
} from "./nix/tree.ts";

/** How the operator wants the configuration's files to be changed. */
export interface ConfigurationWish {
  readonly kind: "nixos" | "quadlet" | "compose";
  /** The file that sets it for this host, where it is named. */
  readonly file?: string;
  /** "nixfiles.pleroma.postgresTag" */
  readonly option?: string;
  readonly rebuild?: string;
  readonly hostname: string;
}

/** Where the configuration's files name the version; decided, not done. */
export type Placed =
  | Place & {
    readonly kind: "placed";
    /** A phrase: what was found. */
    readonly found: string;
    /** The line that has the change take effect; "" for none. */
    readonly rebuild: string;
    /** The clean git working tree that the files lie in, or "". */
    readonly git: string;
  }
  | {
    readonly kind: "unplaced";
    readonly problem: string;
    readonly candidates: readonly (Place & { readonly words: string })[];
    /** What a person would write. */
    readonly byHand: readonly string[];
    readonly rebuild: string;
  };

interface Place {
  readonly changes: readonly Change[];
  /** For a person, with the lines around. */
  readonly diff: string;
}

const QUADLETS = "/etc/containers/systemd";

/** Reads the configuration and finds the place; changes nothing. */
export async function findPlace(
  asked: ConfigurationWish,
  wish: Wish,
  unit: string,
  ports: Ports,
): Promise<Placed> {
  switch (asked.kind) {
    case "nixos":
      return await inNixos(asked, wish, ports);
    case "quadlet":
      return await inQuadlet(asked, wish, unit, ports);
    case "compose":
      return await inCompose(wish, unit, ports);
  }
}

async function inNixos(
  asked: ConfigurationWish,
  wish: Wish,
  ports: Ports,
): Promise<Placed> {
  const named = asked.file ? await realText(asked.file, ports) : undefined;
  const file = named?.real;
  const home = await homeOf(file, ports);
  const texts = await textsBelow(home, ports);
  if (named?.text !== undefined && !texts.has(named.real)) {
    texts.set(named.real, named.text);
  }
  const root = ["flake.nix", "configuration.nix"]
    .map((name) => join(home, name)).find((path) => texts.has(path));
  const option = asked.option?.split(".");
  const placement = place(
    { ...wish, ...(option === undefined ? {} : { option }) },
    new Configuration(new Sources(texts), {
      root,
      host: asked.hostname,
      file: file || undefined,
    }),
  );
  const rebuild = asked.rebuild ?? await rebuildOf(home, root, ports);
  const placed = placedFrom(placement, texts, rebuild);
  if (placed.kind !== "placed" || placement.kind !== "placed") return placed;
  const seen = await imageAfter(
    wish,
    placement.edits,
    { home, root },
    texts,
    ports,
  );
  if (seen !== undefined && seen !== wish.to.image) {
    const byHand = writeByHand(wish);
    const problem = `Nix evaluates the image to ${seen} after the change`;
    return { kind: "unplaced", problem, candidates: [], byHand, rebuild };
  }
  const found = seen === undefined
    ? placed.found
    : `${placed.found}; Nix evaluates it to ${seen}`;
  const git = await cleanTree(placed.changes[0]?.file ?? "/", ports);
  return { ...placed, found, git };
}

async function inQuadlet(
  asked: ConfigurationWish,
  wish: Wish,
  unit: string,
  ports: Ports,
): Promise<Placed> {
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
  return placedFrom(placeQuadlet(wish, texts), texts, "");
}

async function inCompose(
  wish: Wish,
  unit: string,
  ports: Ports,
): Promise<Placed> {
  const { maker } = wish;
  const project = maker === undefined
    ? await projectOf(ports, unit)
    : await projectOfMaker(ports, maker);
  const texts = new Map(project?.texts);
  for (const [file, text] of project?.envs ?? []) texts.set(file, text);
  const placed = placedFrom(placeCompose(wish, project), texts, "");
  if (placed.kind !== "placed") return placed;
  const unplaced = (problem: string): Placed => ({
    kind: "unplaced",
    problem,
    candidates: [],
    byHand: composeByHand(wish),
    rebuild: "",
  });
  // What is no UTF-8 would not come back as it was.
  const unclear = [...texts].find(([, text]) => text.includes("\ufffd"));
  if (unclear !== undefined) {
    return unplaced(`"${unclear[0]}" is not plain text`);
  }
  if (maker === undefined) return placed;
  const remaking = await remakingOf(wish.container, maker, ports);
  return "problem" in remaking
    ? unplaced(remaking.problem)
    : { ...placed, rebuild: remaking.line };
}

function placedFrom(
  placement: Placement,
  texts: ReadonlyMap<string, string>,
  rebuild: string,
): Placed {
  if (placement.kind === "placed") {
    const { edits, found } = placement;
    return {
      kind: "placed",
      found,
      rebuild,
      git: "",
      ...placeOf(edits, texts),
    };
  }
  const { byHand, problem } = placement;
  const candidates = placement.kind === "none"
    ? []
    : placement.candidates.map(({ edits, words }) => ({
      words,
      ...placeOf(edits, texts),
    }));
  return { kind: "unplaced", problem, candidates, byHand, rebuild };
}

function placeOf(
  edits: readonly Edit[],
  texts: ReadonlyMap<string, string>,
): Place {
  const files = [...Map.groupBy(edits, ({ file }) => file)];
  return {
    changes: files.map(([file, own]) => {
      const text = texts.get(file) ?? "";
      return {
        file,
        before: sha256(text),
        after: sha256(applyEdits(text, own)),
        edits: own.map(({ end, new: wanted, old, start }) => ({
          start,
          end,
          old,
          new: wanted,
        })),
      };
    }),
    diff: files.map(([file, own]) =>
      unifiedDiff(file, texts.get(file) ?? "", own)
    ).join("\n"),
  };
}
