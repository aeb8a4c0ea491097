import * as v from "valibot";
import { readJson } from "../../base/json.ts";
import type { NixPorts } from "./ask.ts";
import { applyEdits, type Edit } from "../edit.ts";
import type { EditTarget } from "../target.ts";
import { ask, type Place, whyNot } from "./evaluate.ts";
import { movedMount } from "./force_mount.ts";
import { CONTAINERS, kindOf, nixString } from "./containers_look.ts";
import type { NixHost } from "./hosts.ts";
import { onCopy } from "./on_copy.ts";

/** What Nix says of this host, before and after a change. */

const HASHES = v.record(v.string(), v.string());
const SEEN = v.object({
  /** Whose container it is; "" of none that is known. */
  kind: v.picklist(["oci", "quadlet", "arion", "text", ""]),
  /** Null where the configuration makes no container of that name. */
  image: v.nullable(v.string()),
  volumes: v.array(v.string()),
  /**
   * What else is set for it, as a checksum: with old and new version and mount
   * as one and the same, which it may repeat; and letter for letter.
   */
  rest: v.string(),
  exact: v.string(),
  /** The other containers: a checksum each. */
  containers: HASHES,
  /** The text of each unit's file: its checksum; "" of one that is disabled. */
  units: HASHES,
  /** Of the host's modules, but those of nixpkgs. */
  files: v.array(v.string()),
});
export type Seen = v.InferOutput<typeof SEEN>;

/** Or why Nix cannot say, in one line. */
export type Testimony =
  | { readonly kind: "seen"; readonly seen: Seen }
  | { readonly kind: "unknown"; readonly why: string };

/** Asks for all of it, and where that does not evaluate for the image alone. */
export async function testify(
  host: NixHost,
  target: EditTarget,
  place: Place,
  ports: NixPorts,
): Promise<Testimony> {
  let why = "";
  for (const isWhole of [true, false]) {
    const look = lookAt(target, isWhole);
    const answer = await ask(host, look, place, ports);
    const found = readJson(SEEN, answer.stdout);
    if (answer.code === 0 && found.success) {
      return { kind: "seen", seen: found.output };
    }
    why = whyNot(answer);
  }
  return { kind: "unknown", why };
}

/** The tree that is changed, and what changes there. */
export interface Tree {
  readonly home: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly edits: readonly Edit[];
}

/** The same of the tree as it will be, on a copy. */
export function testifyAfter(
  host: NixHost,
  target: EditTarget,
  { edits, home, texts }: Tree,
  ports: NixPorts,
): Promise<Testimony> {
  const files = [...Map.groupBy(edits, ({ file }) => file)];
  const changed = new Map(
    files.map(([file, own]) => [file, applyEdits(texts.get(file) ?? "", own)]),
  );
  return onCopy(
    home,
    changed,
    ports,
    (place) => testify(host, target, { home, place }, ports),
  );
}

/**
 * Of a copy on which the same files differ by an empty line at their end: what
 * is another there than in the tree itself names the tree's own path.
 */
export async function testifyAlike(
  host: NixHost,
  target: EditTarget,
  { edits, home, texts }: Tree,
  ports: NixPorts,
): Promise<Testimony> {
  const alike = new Map(
    edits.map(({ file }) => [file, `${texts.get(file) ?? ""}\n`]),
  );
  return await onCopy(
    home,
    alike,
    ports,
    (place) => testify(host, target, { home, place }, ports),
  );
}

/** A phrase: image or mounts are not as they must be; undefined where they are. */
export function wrongValue(
  { mount, to }: EditTarget,
  before: Seen,
  after: Seen,
): string | undefined {
  if (after.image !== to.image) {
    return `Nix evaluates the image to ${after.image} after the change`;
  }
  const moved = before.volumes.map((it) => mount ? movedMount(it, mount) : it);
  if (mountsOf(after.volumes) !== mountsOf(moved)) {
    return `Nix evaluates the mounts to ${
      after.volumes.join(", ")
    } after the change`;
  }
  // A mount may stand among the options of the run.
  const isMoved = mount === undefined || after.exact !== before.exact ||
    mountsOf(moved) !== mountsOf(before.volumes);
  return isMoved
    ? undefined
    : `Nix evaluates no mount of ${mount.volume} to another place`;
}

/** In one order, and without the slash at a path's end. */
function mountsOf(volumes: readonly string[]): string {
  return volumes.map((it) => it.replaceAll(/(?<=[^:])\/(?=:|$)/g, "")).sort()
    .join("\n");
}

/** What else is another, by its name; the container's own unit must be. */
export function otherChanges(
  unit: string,
  before: Seen,
  after: Seen,
): readonly string[] {
  return [
    ...after.rest === before.rest ? [] : ["its other settings"],
    ...differing(before.containers, after.containers),
    ...differing(before.units, after.units).filter((name) => name !== unit),
  ];
}

function differing(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  return Object.keys({ ...before, ...after })
    .filter((name) => before[name] !== after[name]);
}

const COMMON = `
      hash = it: builtins.hashString "sha256"
        (builtins.unsafeDiscardStringContext (builtins.toJSON it));
      hashText = it: builtins.hashString "sha256"
        (builtins.unsafeDiscardStringContext it);
      ${CONTAINERS}`;

/** Modules' files by their options: each that they declare, or set. */
const FILES = `
      nixpkgs = toString (machine.pkgs.path or "/nowhere");
      isOwn = file: builtins.substring 0 (builtins.stringLength nixpkgs)
        (toString file) != nixpkgs;
      tried = it:
        let found = builtins.tryEval (builtins.deepSeq it it); in
        if found.success then found.value else [ ];
      filesOf = depth: it:
        if depth == 0 || !builtins.isAttrs it then [ ]
        else if (it._type or "") == "option" then
          let own = builtins.filter isOwn (tried (map toString (it.declarations or [ ]))); in
          if own == [ ] then [ ] else own ++ tried (map toString (it.files or [ ]))
        else builtins.concatMap (name: filesOf (depth - 1) it.\${name})
          (builtins.filter (name: builtins.substring 0 1 name != "_") (builtins.attrNames it));
      set = builtins.concatMap (it: tried (map toString (it.files or [ ])));
      more = machine.options or { };
      unique = list: builtins.attrNames (builtins.listToAttrs
        (map (name: { inherit name; value = 1; })
          (builtins.filter (name: builtins.substring 0 1 name == "/" && isOwn name)
            (map builtins.unsafeDiscardStringContext list))));`;

function lookAt(target: EditTarget, isWhole: boolean): string {
  const name = nixString(target.container);
  const marks = marksOf(target);
  return `
    machine:
    let${COMMON}${isWhole ? FILES : ""}${kindOf(target)}
      others = removeAttrs own [ "image" "volumes" ];
    in
    if own == null then {
      inherit kind;
      image = null; volumes = [ ]; rest = ""; exact = ""; containers = { };
      units = { }; files = [ ];
    } else {
      inherit kind;
      image = own.image or null;
      volumes = own.volumes or [ ];
      rest = hashText (builtins.replaceStrings
        [ ${marks.map(nixString).join(" ")} ]
        [ ${marks.map(() => `"@"`).join(" ")} ]
        (builtins.unsafeDiscardStringContext (builtins.toJSON others)));
      exact = hash others;
      containers = builtins.mapAttrs (_: hash) (removeAttrs all [ ${name} ]);
      ${isWhole ? WHOLE : "units = { }; files = [ ];"}
    }`;
}

/** The longer ones first: one may be another's beginning. */
function marksOf({ from, mount, to }: EditTarget): readonly string[] {
  const { fromPath = "", toPath = "" } = mount ?? {};
  return [from.image, to.image, fromPath, toPath, from.tag, to.tag]
    .filter((it) => it !== "")
    .sort((a, b) => b.length - a.length);
}

/** A unit that is not enabled has no text in its place. */
const WHOLE = `
      units = builtins.mapAttrs
        (_: unit: if unit.enable or true then hashText (unit.text or "") else "")
        (machine.config.systemd.units or { });
      files = unique (filesOf 12 more ++ set [
        (more.virtualisation.oci-containers.containers or { })
        (more.environment.etc or { })
        (more.networking.hostName or { })
        (more.system.stateVersion or { })
      ]);`;
