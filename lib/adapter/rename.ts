import { dirname, resolve } from "@std/path";
import { PortError } from "../port/ports.ts";
import { lookAt, syncParents } from "./durable.ts";
import { heldPlaces } from "./held_places.ts";
import { RENAME_EXCHANGE, RENAME_NOREPLACE } from "./libc.ts";
import { mountOver, mountsOf } from "./mounts.ts";
import { run } from "./process.ts";

/** Swaps two names in one instant, or does nothing and says why. */
export async function exchangeNames(a: string, b: string): Promise<void> {
  const why = await rename(a, b, RENAME_EXCHANGE);
  if (why !== undefined) {
    throw new PortError(`Cannot exchange '${a}' with '${b}': ${why}`);
  }
  syncParents(a, b);
}

/** Moves to a name that is free, or does nothing and says why. */
export async function renameNew(from: string, to: string): Promise<void> {
  let why = await rename(from, to, RENAME_NOREPLACE);
  if (why === UNABLE && lookAt(to) === undefined) {
    // Network file systems do not know the flag: then it was looked at just now.
    Deno.renameSync(from, to);
    why = undefined;
  }
  if (why !== undefined) {
    throw new PortError(`Cannot rename '${from}' to '${to}': ${why}`);
  }
  syncParents(from, to);
}

const UNABLE = "the file system may not be able to";

/** What mv(1) calls it, from coreutils 9.5 on; older ones refuse the word. */
const MV_OPTION: Readonly<Record<number, string>> = {
  [RENAME_EXCHANGE]: "--exchange",
  [RENAME_NOREPLACE]: "--update=none-fail",
};

/** Undefined when it is done, else the reason why not. Syncs nothing. */
export async function rename(
  a: string,
  b: string,
  flag: number,
): Promise<string | undefined> {
  const held = heldPlaces();
  if (held?.rename(a, b, flag)) return undefined;
  const why = obstacle(a, b, flag);
  if (why !== undefined) return why;
  if (held !== undefined) return UNABLE;
  const option = MV_OPTION[flag] ?? "";
  // A program runs in the root directory, where a bare name is another file.
  const names = [resolve(a), resolve(b)];
  const moved = await run(["mv", "-T", option, "--no-copy", "--", ...names]);
  return moved.code === 0 ? undefined : moved.stderr.trim();
}

/** The call itself says no more than that it failed. */
function obstacle(a: string, b: string, flag: number): string | undefined {
  const there = lookAt(b) !== undefined;
  if (lookAt(a) === undefined) return `'${a}' is not there`;
  if (flag === RENAME_EXCHANGE && !there) return `'${b}' is not there`;
  if (flag === RENAME_NOREPLACE && there) return `'${b}' is already there`;
  for (const parent of [dirname(a), dirname(b)]) {
    if (lookAt(parent) === undefined) return `'${parent}' is not there`;
  }
  const mounts = mountsOf("self") ?? [];
  const points = new Set(mounts.map(({ point }) => point));
  for (const path of [a, b].map(realName)) {
    if (points.has(path)) return `'${path}' is a mount point`;
  }
  const [over, other] = [a, b].map((path) =>
    mountOver(mounts, Deno.realPathSync(dirname(path)))
  );
  if (over !== other || deviceOf(a) !== deviceOf(there ? b : dirname(b))) {
    return "they lie on different file systems";
  }
  if (over?.options.includes("ro")) return `'${over.point}' is read-only`;
  return undefined;
}

/** With the links in the directories before it resolved, not its own. */
function realName(path: string): string {
  const parent = Deno.realPathSync(dirname(path));
  const name = path.replace(/\/+$/, "").split("/").at(-1) ?? "";
  return parent === "/" ? `/${name}` : `${parent}/${name}`;
}

function deviceOf(path: string): number | undefined {
  return lookAt(path)?.dev;
}
