import { proc } from "./proc.ts";

/**
 * Where programs are. A transient unit, cron and sudo have a short PATH; on
 * NixOS the system's programs are in a directory of their own.
 */
const FURTHER_PLACES = [
  "/run/wrappers/bin",
  "/run/current-system/sw/bin",
  "/nix/var/nix/profiles/default/bin",
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];

/** PATH with the usual places behind it. */
export function searchPath(): string {
  // A relative entry would run what lies in the working directory, as root.
  const own = (Deno.env.get("PATH") ?? "").split(":")
    .filter((place) => place.startsWith("/"));
  return [...new Set([...own, ...FURTHER_PLACES])].join(":");
}

/** The absolute path of a program, or undefined where there is none. */
export function findProgram(name: string): string | undefined {
  if (name.includes("/")) return isProgram(name) ? name : undefined;
  return searchPath().split(":")
    .map((place) => `${place}/${name}`)
    .find(isProgram);
}

function isProgram(path: string): boolean {
  // A directory that cannot be read has no program for us either.
  const { mode = 0 } = proc.stat(path) ?? {};
  return (mode & 0o170000) === 0o100000 && (mode & 0o111) !== 0;
}
