import type { Facts } from "../facts/facts.ts";
import { isMinor } from "../make_plan.ts";
import type { Settings } from "../settings.ts";
import { architecture } from "./architecture.ts";
import type { AskingCheck, Check, Finding, Told } from "./check.ts";
import { configuration } from "./configuration.ts";
import { databases } from "./databases.ts";
import { dumpers } from "./dumpers.ts";
import { exchange } from "./exchange.ts";
import { expressions } from "./expressions.ts";
import { extensions } from "./extensions.ts";
import { indexes } from "./indexes.ts";
import { leftovers } from "./leftovers.ts";
import { libraries } from "./libraries.ts";
import { locales } from "./locales.ts";
import { lost } from "./lost.ts";
import { members } from "./members.ts";
import { memory } from "./memory.ts";
import { newServer } from "./new_server.ts";
import { objects } from "./objects.ts";
import { orchestrator } from "./orchestrator.ts";
import { parameters } from "./parameters.ts";
import { partitions } from "./partitions.ts";
import { passwords } from "./passwords.ts";
import { prepared } from "./prepared.ts";
import { rehearsed } from "./rehearsed.ts";
import { replication } from "./replication.ts";
import { roleSettings } from "./role_settings.ts";
import { runtime } from "./runtime.ts";
import { settings as settingsKnown } from "./settings.ts";
import { sorting } from "./sorting.ts";
import { space } from "./space.ts";
import { standby } from "./standby.ts";
import { startFiles } from "./start_files.ts";
import { subscriptions } from "./subscriptions.ts";
import { switching } from "./switching.ts";
import { systemSchemas } from "./system_schemas.ts";
import { tablespaces } from "./tablespaces.ts";
import { types } from "./types.ts";
import { unit } from "./unit.ts";
import { updaters } from "./updaters.ts";
import { version } from "./version.ts";
import { volume } from "./volume.ts";
import { writers } from "./writers.ts";

/** All of them, in the order that `plan` shows. */
export const CHECKS: readonly Check[] = [
  version,
  architecture,
  runtime,
  orchestrator,
  unit,
  volume,
  startFiles,
  lost,
  exchange,
  leftovers,
  space,
  memory,
  databases,
  extensions,
  members,
  libraries,
  newServer,
  locales,
  sorting,
  partitions,
  types,
  systemSchemas,
  objects,
  indexes,
  expressions,
  settingsKnown,
  roleSettings,
  parameters,
  configuration,
  passwords,
  standby,
  tablespaces,
  prepared,
  replication,
  subscriptions,
  writers,
  updaters,
  dumpers,
  switching,
  rehearsed,
];

export interface Checked extends Finding {
  readonly name: string;
}

export function runChecks(facts: Facts, settings: Settings): Checked[] {
  const toBeAsked = facts.found !== undefined;
  return CHECKS.filter(({ asks, major, onDisk }) =>
    (!major || !isMinor(facts)) && !(asks && !onDisk && toBeAsked)
  ).map((check) => ({ check, finding: check.look(facts, settings) }))
    .filter(({ check: { asks }, finding: { level } }) =>
      !(asks && toBeAsked) || level === "refuse"
    )
    .map(({ check: { name }, finding }) => ({ name, ...finding }));
}

/** Those that had to wait for an answer. */
export function runAskingChecks(
  told: Told,
  settings: Pick<Settings, "method">,
): Checked[] {
  return CHECKS.filter((check): check is AskingCheck => check.asks === true)
    .map((check) => ({ name: check.name, ...check.look(told, settings) }));
}
