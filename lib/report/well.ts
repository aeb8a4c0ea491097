import type { Status } from "./status.ts";

/**
 * As of a container without a run: it serves and nothing grave is wrong, or
 * somebody sees to it at this moment.
 */
export function isWell(
  { database }: Pick<Status, "database">,
  atWork: boolean,
  wrong: readonly { readonly grave: boolean }[],
): boolean {
  return atWork || database.serving && !wrong.some(({ grave }) => grave);
}
