import type { Plan, Switch } from "../../journal/plan.ts";
import { quoted } from "../base/shell.ts";
import { makerOf } from "../configuration/compose/labels.ts";
import type { Facts } from "./facts/facts.ts";
import type { ServerFacts } from "./facts/server.ts";
import {
  abortedOf,
  backupOf,
  stateDirectoryOf,
  withinOf,
} from "../run/paths.ts";
import type { Settings } from "./settings.ts";

/** What identifies a run, beside the facts and the settings. */
export interface Identity {
  readonly run: string;
  readonly tool: string;
  readonly host: string;
  readonly asked: readonly string[];
  readonly by?: string;
  readonly runtime: Plan["runtime"];
  readonly program: string;
}

/**
 * Decides everything, once. The state directory's inode is not known before
 * it is made, so a plan that is only shown has none.
 */
export function makePlan(
  facts: Facts,
  settings: Settings,
  identity: Identity,
  stateInode = "none yet",
): Plan {
  const { volume, volumeFile, fileSystem } = facts;
  return {
    run: identity.run,
    tool: identity.tool,
    host: identity.host,
    asked: [...identity.asked],
    ...(identity.by === undefined ? {} : { by: identity.by }),
    runtime: identity.runtime,
    program: identity.program,
    container: facts.container.name,
    ...serviceOf(facts),
    method: isMinor(facts) ? "minor" : settings.method,
    ...(facts.unserved === undefined ? {} : {
      unserved: {
        active: facts.unserved.active,
        ...(facts.found === undefined ? {} : { found: facts.found }),
      },
    }),
    ...(facts.unserved?.lost === undefined
      ? {}
      : { lost: facts.unserved.lost }),
    ...(facts.leaving === undefined ? {} : { leaves: facts.leaving.leaves }),
    verify: settings.verify,
    jobs: settings.jobs,
    memoryMb: Math.floor(facts.memoryMb / 2),
    stopTimeout: settings.stopTimeout,
    volume: {
      path: volume,
      ...(facts.named === undefined ? {} : { name: facts.named.name }),
      inode: volumeFile?.inode ?? "none",
      fs: fileSystem.uuid,
      fsType: fileSystem.type,
      uid: volumeFile?.owner.uid ?? 0,
      gid: volumeFile?.owner.gid ?? 0,
      mode: volumeFile?.owner.mode ?? 0o700,
      reflink: facts.canClone,
      ...(facts.within === undefined ? {} : { within: true as const }),
    },
    ...serverUser(facts),
    ...asideOf(facts, identity),
    state: { path: stateDirectoryOf(volume), inode: stateInode },
    from: facts.from,
    to: facts.to,
    systemIdentifier: facts.server.systemIdentifier,
    superuser: facts.server.superuser,
    ...loadingOf(facts),
    // The step that asks for it brings it.
    initdbArgs: facts.found === undefined
      ? initdbArgs(facts.server, facts.to.major)
      : "",
    ...sortingOf(facts),
    bytes: facts.bytes,
    writers: [...facts.writers],
    timers: [...facts.timers],
    switch: switchOf(facts, settings),
  };
}

/** What the old data are called, and the new ones that a rollback keeps. */
function asideOf(
  { aborted, unserved, volume, within }: Facts,
  { run }: Identity,
): Pick<Plan, "backup" | "aborted"> {
  if (within !== undefined) {
    return {
      backup: withinOf(volume, run, "bak"),
      aborted: withinOf(volume, run, "aborted"),
    };
  }
  return {
    // What a lost cluster has taken the place of stays for good.
    backup: unserved?.lost ? `${backupOf(volume)}-${run}` : backupOf(volume),
    // What an earlier rollback has kept there stays where it is.
    aborted: aborted === undefined ? abortedOf(volume) : `${aborted}-${run}`,
  };
}

/** By the images' own word: the tags may say anything. */
export function isMinor(
  { found, from, leaving, to, unserved }: Pick<
    Facts,
    "found" | "from" | "leaving" | "to" | "unserved"
  >,
): boolean {
  // Its data cannot stay where they are, nor whose they are.
  if (leaving !== undefined) return false;
  // Whatever its version, it comes to another place.
  if (unserved?.lost !== undefined) return false;
  // The data stay where they are, and another image is to serve them.
  if (unserved !== undefined && found === undefined) return true;
  return from.major === to.major;
}

/** The same facts for whoever changes the configuration: see `asConfigured`. */
export function factsAsConfigured(facts: Facts): Facts {
  const { found, from } = facts;
  return { ...facts, from: found ?? from };
}

/** What is to be rebuilt, where anything is. */
function sortingOf({ sorting }: Facts): Pick<Plan, "sorting"> {
  if (sorting?.needed !== true) return {};
  const { icu, libc } = sorting.libraries;
  const bytes = sorting.dependents.reduce((sum, it) => sum + it.bytes, 0);
  return { sorting: { libc, icu: [...icu], bytes } };
}

/** What starts the container. */
function serviceOf(facts: Facts) {
  const { unmanaged, along = [], container, unit, unread } = facts;
  const made = facts.maker ?? makerOf(container.labels);
  const maker = made === undefined || along.length === 0
    ? made
    : { ...made, along: [...along] };
  return {
    ...(unmanaged === undefined
      ? { unit: unit?.name ?? "no unit", ...(unread ? { unread } : {}) }
      : {
        unit: container.name,
        restart: unmanaged.restart,
        ...(unmanaged.withoutSystemd ? { withoutSystemd: true as const } : {}),
      }),
    ...(maker === undefined ? {} : { maker }),
  };
}

/** Longest value that a job is told; a preload list has a hundredth of it. */
const VALUE_MAX = 10_000;
const NAME = /^[A-Za-z_][\w.]*$/;

/** What a server says is no word for a job before it was looked at. */
export function loadingOf(
  { leaving, server }: Pick<Facts, "leaving" | "server">,
): Pick<Plan, "loading"> {
  const loading = (server.loading ?? [])
    // What comes along becomes the data's own word.
    .map(([name, value, outside]) => ({
      name,
      value,
      outside: outside && leaving === undefined,
    }))
    .filter(({ name, value }) =>
      NAME.test(name) && value.length <= VALUE_MAX && !/\p{Cc}/u.test(value)
    );
  return loading.length === 0 ? {} : { loading };
}

/** A container that is run as a user of its own reads only that user's files. */
function serverUser({ clusterOwner, from }: Facts) {
  const { gid = 0, uid = 0 } = clusterOwner ?? {};
  return uid === 0 || uid === from.uid ? {} : { serverUser: { uid, gid } };
}

/** The configuration names the new image already, and mounts where it looks. */
export function isConfigured({ found, to }: Facts): boolean {
  return found !== undefined && found.id === to.id &&
    found.inner === to.inner && found.pgdata === to.pgdata;
}

function switchOf(whole: Facts, settings: Settings): Switch {
  const facts = factsAsConfigured(whole);
  const { from, to } = facts;
  if (isConfigured(whole)) return { kind: "none" };
  // A name that stays is nothing to change in a configuration.
  if (from.reference === to.reference && whole.found === undefined) {
    return { kind: "tag" };
  }
  switch (settings.switch) {
    case "none":
    case "tag":
    case "manual":
      return { kind: "manual" };
    case "unit":
      return { kind: "unit", file: facts.unit?.fragment ?? "/" };
    case "command":
      return { kind: "command", command: settings.switchCommand ?? "true" };
    case "nixos": {
      const { changes, git, rebuild } = placedOf(facts);
      return { kind: "nixos", changes: [...changes], git, rebuild };
    }
    case "quadlet":
      return { kind: "quadlet", changes: [...placedOf(facts).changes] };
    case "compose": {
      const { changes } = placedOf(facts);
      const rebuild = facts.editPlan?.rebuild ?? "";
      return {
        kind: "compose",
        changes: [...changes],
        ...(rebuild === "" ? {} : { rebuild }),
      };
    }
  }
}

/** A plan that is refused, and only shown, has no changes. */
function placedOf({ editPlan }: Facts) {
  return editPlan?.kind === "placed" ? editPlan : {
    changes: [],
    git: "",
    rebuild: editPlan?.rebuild || "nixos-rebuild switch",
  };
}

/**
 * The new cluster is initialised as the old one was. The image evaluates these
 * words in a shell, so each is quoted.
 */
export function initdbArgs(server: ServerFacts, major: number): string {
  const args = [
    `--encoding=${server.encoding}`,
    `--lc-collate=${server.collate}`,
    `--lc-ctype=${server.ctype}`,
    `--wal-segsize=${server.walSegmentMb}`,
  ];
  if (server.provider === "i") {
    args.push("--locale-provider=icu", `--icu-locale=${server.locale}`);
  }
  if (server.provider === "b") {
    args.push("--locale-provider=builtin", `--builtin-locale=${server.locale}`);
  }
  // From 18 on checksums are the default and have a word against them.
  if (server.checksums) args.push("--data-checksums");
  else if (major >= 18) args.push("--no-data-checksums");
  return args.map(quoted).join(" ");
}
