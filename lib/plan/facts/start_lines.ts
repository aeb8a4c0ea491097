import { dirname, resolve } from "@std/path";
import type { Maker } from "../../../journal/plan.ts";
import { composeUp } from "../../configuration/compose/command.ts";
import { samePath } from "../../configuration/would_run.ts";
import type { Ports } from "../../port/ports.ts";

/** One `ExecStart=` of a unit, as systemd has it: without specifiers. */
export interface StartLine {
  readonly unit: string;
  readonly words: string;
  /** WorkingDirectory=; the root where nothing is said. */
  readonly directory: string;
}

const SHOW = [
  ...["systemctl", "show", "*.service"],
  "--property=Id,ExecStart,WorkingDirectory",
];

/** Of all services that systemd has loaded; undefined where it does not say. */
export async function startLines(
  { host }: Pick<Ports, "host">,
): Promise<readonly StartLine[] | undefined> {
  const { code, stdout } = await host.run(SHOW);
  if (code !== 0) return undefined;
  return stdout.split("\n\n").flatMap((shown) => {
    const unit = /^Id=(.*)$/m.exec(shown)?.[1] ?? "";
    const directory = /^WorkingDirectory=!?(\/.*)$/m.exec(shown)?.[1] ?? "/";
    return [...shown.matchAll(/argv\[\]=(.*?) ;/g)]
      .map(([, words = ""]) => ({ unit, words, directory }));
  });
}

/**
 * It brings up the project that made a container: by its name, its files or
 * its directory. A line that cannot be read does where it names one of them.
 */
export function bringsUp(line: StartLine, maker: Maker): boolean {
  const { directory: home, words } = line;
  if (!/\bcompose\b.*\bup\b/.test(words)) return false;
  const up = composeUp(words.split(" "));
  if (up === undefined) {
    return samePath(home, maker.directory) ||
      [maker.directory, ...maker.files].some((path) => words.includes(path));
  }
  if (up.project !== undefined) return up.project === maker.project;
  const files = up.files.map((file) => resolve(home, file));
  if (files.some((file) => maker.files.includes(file))) return true;
  const [first] = files;
  const directory = up.directory ?? (first === undefined ? "" : dirname(first));
  return samePath(resolve(home, directory), maker.directory);
}

const RUNTIME = /^(.*\/)?(podman|docker)(-compose)?$/;

/**
 * It makes or starts the container of that name: `run --name NAME`, or NAME
 * behind `start`. The words of other programs in the line say nothing of it.
 */
export function startsContainer(
  words: string,
  isName: (word: string) => boolean,
): boolean {
  return words.split(/[;&|\n]+/).some((command) => {
    const list = command.split(/[\s'"=]+/);
    const rest = list.slice(list.findIndex((it) => RUNTIME.test(it)) + 1);
    if (rest.length === list.length) return false;
    const at = rest.findIndex((it) => /^(start|restart|run|create)$/.test(it));
    const isVerb = rest.slice(0, at).every((it, index, before) =>
      /^(-.*|container|compose)$/.test(it) ||
      before[index - 1]?.startsWith("-")
    );
    if (at < 0 || !isVerb) return false;
    const behind = rest.slice(at + 1);
    return /start$/.test(rest[at] ?? "")
      ? behind.some(isName)
      : behind.some((it, index) =>
        it === "--name" && isName(behind[index + 1] ?? "")
      );
  });
}
