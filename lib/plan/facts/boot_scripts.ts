import { join } from "@std/path";
import type { Ports } from "../../port/ports.ts";
import type { StartLine } from "./start_lines.ts";

/** Scripts that start services where no systemd runs the host. */
const FOLDERS: readonly (readonly [folder: string, name: RegExp])[] = [
  // OpenRC and sysvinit, OpenRC's `local`.
  ["/etc/init.d", /^[\w.-]+$/],
  ["/etc/local.d", /\.start$/],
  // Slackware, on which Unraid is built; Synology's.
  ["/etc/rc.d", /^rc\.[\w.-]+$/],
  ["/usr/local/etc/rc.d", /\.sh$/],
];
const FILES = ["/etc/rc.local", "/etc/inittab", "/boot/config/go"];
/** Of runit: one folder a service. */
const SERVICES = ["/etc/sv", "/etc/service"];

/** A longer one is a program, and no script. */
const BYTES_MAX = 64 * 1024;
const SCRIPTS_MAX = 1000;

/** Their lines; the file's path stands for a unit. */
export async function bootLines(
  { files }: Pick<Ports, "files">,
): Promise<readonly StartLine[]> {
  const paths = [...FILES];
  for (const [folder, pattern] of FOLDERS) {
    const names = await files.list(folder) ?? [];
    const scripts = names.filter((name) => pattern.test(name));
    paths.push(...scripts.map((name) => join(folder, name)));
  }
  for (const folder of SERVICES) {
    const names = await files.list(folder) ?? [];
    paths.push(...names.map((name) => join(folder, name, "run")));
  }
  const found: StartLine[] = [];
  for (const path of paths.slice(0, SCRIPTS_MAX)) {
    const text = await files.readSmall(path, BYTES_MAX) ?? "";
    found.push(...linesOf(path, text));
  }
  return found;
}

/** Commands, each where the last `cd` above it has led. */
function linesOf(unit: string, text: string): readonly StartLine[] {
  let directory = "/";
  const lines = text.replaceAll("\\\n", " ").split("\n")
    .filter((line) => /\S/.test(line) && !/^\s*#/.test(line))
    .map((line) => {
      const [, to] = /(?:^|[;&\s])cd\s+["']?(\/[^\s"';&]*)/.exec(line) ?? [];
      directory = to ?? directory;
      return { unit, words: line.trim(), directory };
    });
  const service = ofService(text);
  return service === ""
    ? lines
    : [{ unit, words: service, directory }, ...lines];
}

/** openrc-run(8): the program and its arguments stand apart. */
function ofService(text: string): string {
  const value = (name: string) =>
    new RegExp(`^\\s*${name}=(["']?)([^]*?)\\1\\s*$`, "m").exec(text)?.[2] ??
      "";
  const words = `${value("command")} ${value("command_args")}`;
  return words.replace(/\s+/g, " ").trim();
}
