import { first } from "../../base/format.ts";
import type { UntoldSetting } from "../facts/untold_settings.ts";
import type { Refused, Trial } from "../facts/trial.ts";
import type { Settings } from "../settings.ts";
import {
  type AskingCheck,
  type Finding,
  offeredOf,
  ok,
  refuse,
  type Told,
  updateInOld,
  warn,
} from "./check.ts";

const inDatabase = ({ database, name, said }: Refused) =>
  `${name} (in database ${JSON.stringify(database)}: ${said})`;

/** Libraries that no extension brings: a dump has their functions as they stand. */
function ofNoExtension({ databases }: Told, { unloaded }: Trial) {
  const brought = new Set(
    databases.flatMap(({ libraries }) =>
      libraries.filter(([, extension]) => extension !== "")
        .map(([library]) => library)
    ),
  );
  return unloaded.filter(({ name }) => !brought.has(name));
}

/** What to type where the old image has a later version, whose library may be another one. */
function updateOf({ databases }: Told, library: string): string | undefined {
  for (const database of databases) {
    const extension = database.libraries.find(([it]) => it === library)?.[1];
    const version = offeredOf(database, extension);
    if (version !== undefined) {
      return updateInOld(database.name, extension ?? "", version);
    }
  }
  return undefined;
}

function unmadeIn(told: Told, { unmade, unloaded }: Trial): Finding {
  return refuse(
    `a server of ${told.to.reference} cannot make ${
      first(unmade.map(inDatabase))
    }`,
    unloaded.length === 0
      ? "Take an image in which it can be made, or --method pg_upgrade, which keeps what there is; rehearse that first"
      : "Take an image in which it can be made, or DROP EXTENSION",
  );
}

function unloadedIn(
  told: Told,
  trial: Trial,
  { method }: Pick<Settings, "method">,
): Finding | undefined {
  const found = method === "pg_upgrade"
    ? trial.unloaded
    : ofNoExtension(told, trial);
  const [one] = found;
  if (one === undefined) return undefined;
  return refuse(
    `a server of ${told.to.reference} cannot load ${
      first(found.map(inDatabase))
    }`,
    updateOf(told, one.name) ??
      (method === "pg_upgrade" && trial.unmade.length === 0 &&
          ofNoExtension(told, trial).length === 0
        ? "Take an image that has this library, or --method dump, which makes each extension again"
        : "Take an image that has this library, or drop what is in it"),
  );
}

function unknownIn({ to }: Told, { unknown }: Trial): Finding | undefined {
  const [one] = unknown;
  if (one === undefined) return undefined;
  return refuse(
    `${to.version} does not know ${
      first(
        unknown.map(({ database, name, routine }) =>
          `${name} (of ${routine} in database ${JSON.stringify(database)})`
        ),
      )
    }`,
    "ALTER ROUTINE … RESET it first: neither method could restore it",
  );
}

/** Without it the library does not serve its extension, or looks elsewhere for it. */
function isNeeded(
  { databases }: Told,
  { instead, name, value }: UntoldSetting,
) {
  if (name === "cron.database_name") return true;
  if (!name.endsWith("_preload_libraries")) return false;
  const now = librariesIn(instead);
  return databases.some(({ extensions }) =>
    extensions.some((it) =>
      librariesIn(value).includes(it) && !now.includes(it)
    )
  );
}

const librariesIn = (list: string) =>
  list.split(",").map((it) => it.replace(/["'\s]/g, "").replace(/^.*\//, ""));

/** A dump brings rows with columns that its own version of the extension has. */
function misshapenIn({ to }: Told, { misshapen }: Trial): Finding | undefined {
  return misshapen.length === 0 ? undefined : refuse(
    `a server of ${to.reference} makes an extension's table without what its rows have: ${
      first(misshapen.map(inDatabase))
    }`,
    "Use --method pg_upgrade, which updates it as its own scripts do, and rehearse that first",
  );
}

function untoldIn(told: Told): Finding | undefined {
  const untold = told.untold ?? [];
  const needed = untold.filter((it) => isNeeded(told, it));
  const words = (settings: readonly UntoldSetting[]) =>
    first(
      settings.map(({ instead, name, value }) =>
        `${name} = '${value}'${instead === "" ? "" : `, but '${instead}'`}`
      ),
    );
  if (needed.length > 0) {
    return refuse(
      `the old image sets it, and ${told.to.reference} does not: ${
        words(needed)
      }`,
      "Set it where it stays: ALTER SYSTEM SET in the old server, and restart that, or -c in the container's command",
    );
  }
  return untold.length === 0 ? undefined : warn(
    `the old image sets it, and ${told.to.reference} does not: ${
      words(untold)
    }`,
    "Set it where it stays, if you need it: ALTER SYSTEM SET in the old server, or -c in the container's command",
  );
}

export const newServer: AskingCheck = {
  name: "new server",
  asks: true,
  about:
    "a throw-away server of the new image starts with what the old one preloads, makes its extensions and loads their libraries",
  worst: "refuse",
  remedy: "take an image that can, or do what plan says",
  major: true,
  look(told, settings) {
    const { server, to, trial } = told;
    if (trial?.unable !== undefined) {
      return warn(
        `a server of ${to.reference} could not be tried: ${trial.unable}`,
        "Rehearse the upgrade first, which does all of it on a copy",
      );
    }
    if (trial?.server !== undefined) {
      return refuse(
        `a server of ${to.reference} does not start with shared_preload_libraries = '${server.preloaded}': ${trial.server}`,
        "Take an image in which they fit its server, or take it out of shared_preload_libraries first",
      );
    }
    const found = trial === undefined
      ? undefined
      : settings.method !== "pg_upgrade" && trial.unmade.length > 0
      ? unmadeIn(told, trial)
      : unloadedIn(told, trial, settings) ?? unknownIn(told, trial) ??
        (settings.method === "pg_upgrade"
          ? undefined
          : misshapenIn(told, trial));
    return found ?? untoldIn(told) ??
      ok(trial === undefined ? "nothing to try" : "does all that was tried");
  },
};
