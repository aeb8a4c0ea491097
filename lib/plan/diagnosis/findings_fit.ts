import { quoted } from "../../base/shell.ts";
import { isBelow } from "../../run/data_mount.ts";
import type { FoundCluster } from "./clusters.ts";
import type { Finding, KnownCluster, Sight } from "./diagnosis.ts";
import { imageFor, placeIn, type Recipe } from "./recipe.ts";
import { bringUpWords, day, serveAgain, upgradeCommand } from "./remedy.ts";

/** Whether an image, where it looks, finds data that it can read. */
export function fitFinding(
  sight: Sight,
  recipe: Recipe,
  when: "now" | "next",
): Finding | undefined {
  const place = placeIn(recipe);
  const at = sight.clusters.find(({ path }) => path === place);
  if (at !== undefined) return majorsFinding(sight, recipe, at, when);
  const mounted = sight.clusters.filter(({ from }) => from === "mounted");
  const other = mounted.toSorted((a, b) => b.relations - a.relations)[0];
  if (other !== undefined) return elsewhere(sight, recipe, other, when);
  // What was never started has none yet.
  if (sight.doing === "created" || recipe.major === undefined) return undefined;
  return {
    code: "no-cluster",
    grave: true,
    found: place === undefined
      ? `${
        told(sight, when)
      } has neither a directory nor a named volume mounted for its data, so each new container is empty`
      : `${
        told(sight, when)
      } looks for its data in "${place}", where there are none`,
    remedy: lostWords(sight),
    type: [],
  };
}

/** What is gone has but its configuration. */
const told = ({ made }: Sight, when: "now" | "next") =>
  when === "next"
    ? "at its next start it would not serve: the image that its configuration names"
    : made === undefined
    ? "the image that its configuration names"
    : "its image";

/** 17 does not start on data of 16, nor 16 on data of 17. */
function majorsFinding(
  sight: Sight,
  recipe: Recipe,
  { major, path }: FoundCluster,
  when: "now" | "next",
): Finding | undefined {
  if (recipe.major === undefined || recipe.major === major) return undefined;
  const isNewer = recipe.major > major;
  return {
    code: isNewer ? "image-newer" : "image-older",
    grave: true,
    found: `${
      told(sight, when)
    } is PostgreSQL ${recipe.major}, its data are of ${major}`,
    remedy: [
      `PostgreSQL ${recipe.major} does not read the data of ${major} in "${path}". ${
        sight.worked === undefined
          ? "They are as they were: nothing has changed them."
          : `A run of pgladder had a server of ${major} at work on them on ${
            day(sight.worked)
          }.`
      }`,
      ...serveAgain(sight, recipe.image, major, when),
      isNewer
        ? `${when === "now" ? "Or" : "Then"} upgrade${
          when === "now" ? " them at once" : ""
        } with "pgladder upgrade ${sight.name} --to ${tagFor(recipe)}".`
        : "",
    ].filter((it) => it !== ""),
    type: upgradeCommand(sight, recipe.image, major, when),
  };
}

const tagFor = ({ image, major }: Recipe) =>
  imageFor(major ?? 0, image).split(":").at(-1) ?? "";

/** Of NixOS a person moves what stands where the version stays. */
const movesMount = ({ making }: Pick<Sight, "making">) =>
  !["", "nixos"].includes(making?.switch ?? "");

/** With whoever changes the mount, where pgladder can do so. */
function moveCommand({ making, name }: Sight, recipe: Recipe): string {
  const words = ["upgrade", name, "--to", tagFor(recipe)];
  if (making !== undefined && movesMount({ making })) {
    words.push("--switch", making.switch);
  }
  return `pgladder ${words.map(quoted).join(" ")}`;
}

/** The data are mounted, and not where this image looks. */
function elsewhere(
  sight: Sight,
  recipe: Recipe,
  other: KnownCluster,
  when: "now" | "next",
): Finding {
  const { image, major, pgdata } = recipe;
  const mount = recipe.mounts.find(({ source }) =>
    source !== "" && (other.path === source ||
      other.path.startsWith(`${source}/`))
  );
  const mountPath = mount === undefined
    ? ""
    : `, which is mounted at ${mount.mountPath}`;
  const isOther = major !== undefined && major !== other.major;
  const inside = mount && other.path.slice(mount.source.length);
  return {
    code: "looks-elsewhere",
    grave: true,
    found: `${told(sight, when)} ${
      isOther ? `is PostgreSQL ${major} and ` : ""
    }looks for its data in ${pgdata}, but the data of ${other.major} are in "${other.path}"${mountPath}`,
    remedy: isOther
      ? [
        ...serveAgain(sight, image, other.major, when),
        `Or upgrade them with "${moveCommand(sight, recipe)}"${
          mount === undefined || isBelow(pgdata, mount.mountPath)
            ? ""
            : `: it ${
              movesMount(sight) ? "moves" : "asks you to move"
            } the mount to where ${major} wants it`
        }.`,
      ]
      : [
        mount !== undefined && inside !== undefined
          ? pgdata.endsWith(inside)
            ? `Mount "${mount.source}" at ${
              pgdata.slice(0, pgdata.length - inside.length)
            }.`
            : `Set PGDATA to ${mount.mountPath}${inside} in its environment.`
          : `Mount "${other.path}" at ${pgdata}.`,
        ...bringUpWords(sight),
      ],
    type: isOther
      ? upgradeCommand(sight, image, other.major, when)
      : sight.making?.bringUp ?? [],
  };
}

/** Where nothing is mounted that leads anywhere. */
function lostWords({ clusters, name }: Sight): string[] {
  const found = clusters.filter(({ relations }) => relations > 0);
  return found.length === 0
    ? [
      `No cluster was found in any volume or directory that leads to "${name}". Remove no volume before you have found the data.`,
    ]
    : [
      "The clusters below have tables and are in no other container. Remove no volume before you have found the data.",
    ];
}
