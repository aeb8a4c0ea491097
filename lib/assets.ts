import { fromFileUrl } from "@std/path";

/**
 * Where a file that is shipped with the program lies. In the one file all
 * modules are one beside `lib/`'s other files, so no other module may look
 * for files by its own place.
 */
export function assetPath(name: string): string {
  return fromFileUrl(new URL(`./${name}`, import.meta.url));
}
