import { join } from "@std/path";
import type { Plan } from "../../journal/plan.ts";
import type { JobMount } from "../port/containers.ts";
import { serverUserOf } from "../run/paths.ts";

/** Whom a job runs as: never root, but to copy files as they are. */

/**
 * What root needs to copy files of any owner and mode, and then to become the
 * data's owner. It makes no device, and reads nothing but what it copies.
 */
export const COPYING: readonly string[] = [
  ...["DAC_OVERRIDE", "CHOWN", "FOWNER", "FSETID", "SETUID", "SETGID"],
];

/**
 * Every job: whose server's user it runs as, and whether it begins with a copy
 * of the data (a clone: only where the file system shares blocks). The help
 * shows this table.
 */
export const JOBS = {
  "base_backup": { as: "from", copies: "no" },
  initialise: { as: "to", copies: "no" },
  mend: { as: "from", copies: "no" },
  ask: { as: "from", copies: "clone" },
  "dump_server": { as: "from", copies: "clone" },
  "dump_worker": { as: "from", copies: "no" },
  build: { as: "to", copies: "no" },
  "pg_upgrade": { as: "to", copies: "always" },
  reindex: { as: "to", copies: "no" },
} as const;

export type Script = keyof typeof JOBS;

/** As the runtimes are told it: "UID:GID". */
export function userOf(plan: Plan, which: "from" | "to"): string {
  const { gid, uid } = serverUserOf(plan, which);
  return `${uid}:${gid}`;
}

/** A file of the job's directory, for a user that the images do not know. */
export const USERS = "passwd";

export function usersText(plan: Plan): string {
  const { gid, uid } = serverUserOf(plan, "to");
  return `root:x:0:0::/:/bin/sh\npostgres:x:${uid}:${gid}::/tmp:/bin/sh\n`;
}

/** `initdb` and pg_upgrade do not work for a user that has no name. */
export function usersMount(plan: Plan, directory: string): JobMount[] {
  if (plan.serverUser === undefined) return [];
  const source = join(directory, USERS);
  return [{ source, mountPath: "/etc/passwd", readOnly: true }];
}

/** Whose scripts start the old server, on its own configuration. */
const READ_OUTSIDE: readonly Script[] = [
  ...["ask", "dump_server", "mend", "pg_upgrade"] as const,
];

/** What that reads outside of its data, where it is another vendor's. */
export function outsideMount(
  plan: Plan,
  script: Script,
  source: string,
): JobMount[] {
  if (plan.leaves === undefined || !READ_OUTSIDE.includes(script)) return [];
  return [{ source, mountPath: "/pgladder-outside", readOnly: true }];
}
