import { type Edit, isKnown, joined } from "../edit.ts";
import type { MountChange } from "../target.ts";
import { type Configuration, startsWith } from "./configuration.ts";
import { OWN } from "./matches.ts";
import { atTheEnd } from "./propose.ts";
import type { Expression } from "./syntax.ts";

/**
 * Where a module that other hosts have, too, mounts the volume: this host's own
 * list of mounts, in its own file, which outranks the module's. Else a phrase.
 */
export function forcedMount(
  container: string,
  move: MountChange,
  file: string,
  configuration: Configuration,
): Edit | string {
  const volumes = move.volumes ?? volumesOf(container, configuration);
  const moved = volumes?.map((it) => movedMount(it, move));
  const changes = moved?.filter((it, at) => it !== volumes?.[at]) ?? [];
  if (moved === undefined || changes.length !== 1) {
    return `all that "${container}" mounts is not known`;
  }
  const whole = configuration.sources.expression(file);
  if (!whole || !hasLib(whole)) return `"${file}" does not take "lib"`;
  const value = `lib.mkForce [ ${moved.map(nixString).join(" ")} ]`;
  const option = [...OWN, container, "volumes"];
  return atTheEnd(option, value, configuration, file) ??
    `"${file}" has no place for this host's own mounts`;
}

/** "/srv/db:/INNER:rw" with the new inner path, where it is that mount. */
export function movedMount(
  mount: string,
  { fromPath, toPath }: Pick<MountChange, "fromPath" | "toPath">,
): string {
  const [source, inner, ...options] = mount.split(":");
  return inner?.replace(/(?<=.)\/$/, "") === fromPath
    ? [source, toPath, ...options].join(":")
    : mount;
}

/** Each item of the one list, as far as all can be read. */
function volumesOf(
  container: string,
  configuration: Configuration,
): string[] | undefined {
  const own = [...OWN, container, "volumes"];
  const sites = configuration.sites.filter(({ path, rooted }) =>
    rooted && startsWith(path, own)
  );
  const found = sites.map((site) => {
    const [value, ...more] = configuration.textOf(site);
    const isItem = site.path.length === own.length + 1;
    return value && more.length === 0 && isItem && isKnown(value)
      ? [joined(value)]
      : [];
  });
  return found.some(({ length }) => length === 0) ? undefined : found.flat();
}

function hasLib(whole: Expression): boolean {
  return whole.kind === "lambda" && whole.parameters.includes("lib");
}

function nixString(text: string): string {
  return JSON.stringify(text).replaceAll("${", "\\${");
}
