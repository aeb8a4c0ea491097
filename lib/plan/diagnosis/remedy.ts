import { quoted } from "../../base/shell.ts";
import { tagOf } from "../facts/image.ts";
import type { Sight } from "./diagnosis.ts";
import { imageFor, mayBeMissing } from "./recipe.ts";

/** Sentences and commands that findings share. */

/** Where the image's name stands, and what to write there. */
export function changeWords(
  { making, name }: Sight,
  from: string,
  to: string,
): string {
  const [file] = making?.files ?? [];
  switch (making?.kind) {
    case "nixos":
      return `Name ${to} instead of ${from} in the NixOS configuration.`;
    case "quadlet":
    case "unit":
    case "project":
      return file === undefined
        ? `Name ${to} instead of ${from} in ${making.words}.`
        : `Name ${to} instead of ${from} in "${file}", or in what it takes it from.`;
    default:
      return `Make "${name}" again from ${to} instead of ${from}, with the same mounts and options; the data stay in their place.`;
  }
}

/** By pgladder where there is something to work on, and by hand. */
export function serveAgain(
  sight: Sight,
  image: string,
  major: number,
  when: "now" | "next",
): string[] {
  const byHand = [
    changeWords(sight, image, imageFor(major, image)),
    ...bringUpWords(sight),
  ];
  const command = upgradeCommand(sight, image, major, when).at(-1);
  const first = sight.made === undefined && sight.making?.make
    ? `Have its container made and not started with "${sight.making.make}". `
    : "";
  return command === undefined || !command.startsWith("pgladder ") ? byHand : [
    `${first}Have ${major} serve them again with "${command}": ${
      sight.making?.switch === ""
        ? "it says what to change, waits, and starts it"
        : "it changes the image's name and starts it"
    }.${
      mayBeMissing(image)
        ? ` Where there is no ${
          imageFor(major, image)
        }, name another image of ${major} with --image instead of --to.`
        : ""
    }`,
    `Or by hand: ${byHand.join(" ")}`,
  ];
}

/** What has the version of the data serve them again. */
export function upgradeCommand(
  { made, making, name }: Sight,
  image: string,
  major: number,
  when: "now" | "next",
): string[] {
  // What serves needs no help yet.
  if (when === "next" || making === undefined) {
    return [...making?.bringUp ?? []];
  }
  // Of a project whose container is gone there is nothing to begin from.
  const isGone = made === undefined && making.unit === "";
  const words = ["upgrade", name, "--to", tagOf(imageFor(major, image))];
  if (making.switch !== "") words.push("--switch", making.switch);
  return [
    ...isGone && making.make ? [making.make] : [],
    `pgladder ${words.map(quoted).join(" ")}`,
  ];
}

/** Only where there is something to type. */
export function bringUpWords({ making }: Sight): string[] {
  const commands = making?.bringUp ?? [];
  return commands.length === 0 ? [] : [
    `Then type ${commands.map((it) => `"${it}"`).join(" and ")}.`,
  ];
}

/** What starts a container, or makes it where it is gone. */
export function startWords({ doing, making, name, runtime }: Sight): string[] {
  if (making === undefined) return [];
  if (making.unit !== "") return [`systemctl start ${quoted(making.unit)}`];
  if (doing !== "gone") return [`${runtime} start ${quoted(name)}`];
  return [...making.bringUp];
}

/** Seconds since 1970, such as "2026-11-30 09:15 UTC". */
export function day(seconds: number): string {
  return `${
    new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")
  } UTC`;
}

/** Of what `initdb` has not made. */
export function countWords(relations: number): string {
  return relations === 1
    ? "1 table or index"
    : `${relations} tables and indexes`;
}
