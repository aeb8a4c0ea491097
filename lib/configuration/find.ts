import { join } from "@std/path";
import { composeByHand, placeCompose } from "./compose/place.ts";
import { projectOf, projectOfMaker } from "./compose/project.ts";
import { unsetOf } from "./compose/service.ts";
import { remakingOf } from "./compose/remake.ts";
import type { Wish } from "./target.ts";
import type { Ports } from "../port/ports.ts";
import { placeQuadlet } from "./quadlet.ts";
import { placeInNixos } from "./nix/nixos.ts";
import { realText } from "./nix/tree.ts";
import { type ConfigurationWish, type Placed, placedFrom } from "./placed.ts";

export type { ConfigurationWish, Placed } from "./placed.ts";

const QUADLETS = "/etc/containers/systemd";

/** Reads the configuration and finds the place; changes nothing. */
export async function findPlace(
  asked: ConfigurationWish,
  wish: Wish,
  unit: string,
  ports: Ports,
): Promise<Placed> {
  const placed = await placeOfKind(asked, wish, unit, ports);
  const built = placed.kind === "placed"
    ? placed.changes.find(({ file }) => file.startsWith("/nix/store/"))
    : undefined;
  if (built === undefined) return placed;
  return {
    kind: "unplaced",
    problem:
      `"${built.file}" is built by Nix: what is changed there is gone with the next rebuild. --switch nixos changes what it is built from`,
    candidates: [],
    byHand: [
      `${wish.to.image} instead of ${wish.from.image} in the NixOS configuration`,
    ],
    rebuild: "",
  };
}

async function placeOfKind(
  asked: ConfigurationWish,
  wish: Wish,
  unit: string,
  ports: Ports,
): Promise<Placed> {
  switch (asked.kind) {
    case "nixos":
      return await placeInNixos(asked, wish, unit, ports);
    case "quadlet":
      return await inQuadlet(asked, wish, unit, ports);
    case "compose":
      return await inCompose(wish, unit, ports);
  }
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
  // Docker's compose tells by its checksum what it read them from.
  const [unset] = maker.tool === "podman-compose" ? unsetOf(project) : [];
  if (unset !== undefined) {
    return unplaced(
      `${unset} has its value from the environment of who brought the project up, and none in its files`,
    );
  }
  const remaking = await remakingOf(wish.container, maker, ports);
  return "problem" in remaking
    ? unplaced(remaking.problem)
    : { ...placed, rebuild: remaking.line };
}
