import { join } from "@std/path";
import { abortedOf, backupOf, stateDirectoryOf } from "../names.ts";
import type { Ports } from "../port/ports.ts";

/** What an earlier upgrade left where this one needs the place. */
export async function leftoversOf(volume: string, { files }: Ports) {
  const found: string[] = [];
  for (const path of [backupOf(volume), abortedOf(volume)]) {
    if (await files.look(path) !== undefined) found.push(path);
  }
  // A history alone is no leftover.
  const state = stateDirectoryOf(volume);
  const known = [
    "history",
    "journal.json.new",
    "lock",
    "rehearsal.json",
    "reserve",
  ];
  for (const name of await files.list(state) ?? []) {
    if (!known.includes(name)) found.push(join(state, name));
  }
  return found;
}

/** Who may change a name on the way could turn our moves against the host. */
export async function unsafeParents(volume: string, { files }: Ports) {
  const found: string[] = [];
  for (let path = volume; path !== "/"; path = join(path, "..")) {
    const facts = await files.look(path);
    if (facts?.kind === "link") found.push(`"${path}" is a symbolic link`);
    if (path === volume || facts === undefined) continue;
    const { mode, uid } = facts.owner;
    if (uid !== 0 || (mode & 0o022) !== 0) {
      found.push(`"${path}" can be changed by others than root`);
    }
  }
  return found;
}
