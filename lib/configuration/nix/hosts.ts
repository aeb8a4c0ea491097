import { Configuration } from "./configuration.ts";
import { machinesIn } from "./graph.ts";
import { sitesOf } from "./assignments.ts";
import type { Sources } from "./sources.ts";

/** A machine of a repository, and where its configuration begins. */
export interface NixHost {
  readonly name: string;
  /** The flake, or the host's own file. */
  readonly root: string;
  /** Its attribute in the flake; undefined for a file. */
  readonly attribute: string | undefined;
}

/**
 * The machines of a repository: those of its flake, where it names them in
 * plain words, else the files that no other file brings in, and those with
 * another name: that may be a machine's.
 */
export function hostsOf(sources: Sources, home: string): readonly NixHost[] {
  const flake = `${home}/flake.nix`;
  const expression = sources.expression(flake);
  const named = expression === undefined
    ? []
    : machinesIn(sitesOf(flake, expression, sources, false));
  if (named.length > 0) {
    return named.map((name) => ({ name, root: flake, attribute: name }));
  }
  const none = { root: undefined, host: "", file: undefined };
  const all = new Configuration(sources, none);
  const linked = new Set(sources.links.values());
  return [...sources.texts.keys()]
    .filter((file) =>
      !file.endsWith("/flake.nix") &&
      (linked.has(file) || !all.isBroughtIn(file))
    )
    .sort()
    .map((root) => ({
      name: root.slice(home.length + 1).replace(/(\/default)?\.nix$/, ""),
      root,
      attribute: undefined,
    }));
}

/** What is known of a machine's configuration. */
export function configurationOf(
  sources: Sources,
  { name, root }: NixHost,
): Configuration {
  return new Configuration(sources, { root, host: name, file: undefined });
}
