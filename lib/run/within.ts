import type { Image } from "../../journal/plan.ts";
import type { Files } from "../port/files.ts";
import { anchorOf, isKeptWithin } from "./paths.ts";

/** What is in a volume whose own name cannot move. */

/** More names than a data directory and its neighbours ever have. */
export const ENTRIES_MAX = 1000;

/** Of the file system itself, as fsck(8) makes it; and what is tried out. */
const STAYS = /^(lost\+found$|\.pgladder-try-)/;

/**
 * Names in it that move with its cluster. Where that lies in a directory of
 * its own, its neighbours are other people's and stay.
 *
 * @param beside further names that are the cluster's, where they are there
 */
export async function namesWithin(
  volume: string,
  image: Pick<Image, "cluster">,
  files: Pick<Files, "list">,
  beside: readonly string[] = [],
): Promise<readonly string[]> {
  const names = await files.list(volume) ?? [];
  if (image.cluster === "") {
    return names.filter((name) => !isKeptWithin(name) && !STAYS.test(name));
  }
  const own = [anchorOf(image), ...beside];
  return names.filter((name) => own.includes(name));
}
