import type { Finding, KnownCluster, Sight } from "./diagnosis.ts";
import { day } from "./remedy.ts";

/** Nothing says which cluster it is, nor how it was left. */
export function damagedFinding(
  { doing, name }: Pick<Sight, "doing" | "name">,
  { major, path, system }: KnownCluster,
): Finding | undefined {
  // A server older than any that is upgraded has another kind of it.
  return system !== "" || doing === "serves" ? undefined : {
    code: "damaged",
    grave: true,
    found: `"${path}/global/pg_control" is missing or damaged`,
    remedy: [
      `PostgreSQL ${major} does not start without it, and no version can upgrade the data. Restore them from a backup.`,
      `Before that stop "${name}", and copy all of "${path}" to another place: its tables may still be of use to somebody who knows how to read them.`,
    ],
    type: [],
  };
}

/** No server of their own version starts on them: no upgrade is worth a word. */
export const cannotStart = ({ refused }: Pick<Sight, "refused">): boolean =>
  refused !== undefined && / cannot serve them: /.test(refused.reason);

/** What a run was told of the data still holds as long as they do not serve. */
export function refusedFinding(
  { doing, refused }: Pick<Sight, "doing" | "refused">,
): Finding | undefined {
  if (refused === undefined || doing === "serves") return undefined;
  return {
    code: "refused-before",
    grave: true,
    found: `its data cannot be upgraded as they are, as an upgrade found on ${
      day(refused.at)
    } (${tellingOf(refused.reason)})`,
    remedy: [
      "What was found is back. The same upgrade ends the same way until somebody has repaired that. Where the data are damaged, restore them from a backup.",
    ],
    type: [],
  };
}

/** Of a server's many lines the one that ended it. */
function tellingOf(reason: string): string {
  const lines = reason.split("\n");
  const line = lines.find((it) => /\b(FATAL|PANIC): /.test(it)) ?? lines[0] ??
    "";
  return line.replace(/^.*?(?=\b(FATAL|PANIC): )/, "").replace(/\s+/g, " ");
}
