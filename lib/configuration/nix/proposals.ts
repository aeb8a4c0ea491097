import * as v from "valibot";
import { readJson } from "../../base/json.ts";
import type { NixPorts } from "./ask.ts";
import type { Edit } from "../edit.ts";
import type { Candidate, EditTarget } from "../target.ts";
import { type Configuration, samePath } from "./configuration.ts";
import { pathText } from "./describe.ts";
import { ask } from "./evaluate.ts";
import { isNamedFor } from "./fleet.ts";
import { forcedMount } from "./force_mount.ts";
import { isFlake } from "./graph.ts";
import { atTheEnd } from "./propose.ts";
import { lineOf } from "./syntax.ts";
import type { Trial } from "./trial.ts";

/**
 * Where nothing in the tree holds the version, as with a module of another
 * flake: a line in this host's own file for each option that has that value,
 * by Nix's own word. Whether the image follows is for a trial to say.
 */
export async function proposals(
  { home, host, target }: Trial,
  configuration: Configuration,
  ports: NixPorts,
): Promise<readonly Candidate[]> {
  const place = { home, place: home };
  const answer = await ask(host, lookFor(target), place, ports);
  const found = readJson(ANSWER, answer.stdout);
  if (answer.code !== 0 || !found.success) return [];
  const { options, owners } = found.output;
  const named = [...configuration.files]
    .filter((file) => isNamedFor(host, file.slice(home.length)));
  const file = owners
    .map((path) => /\/nix\/store\/[^/]+(\/.+)$/.exec(path)?.[1] ?? path)
    .map((path) => path.startsWith(`${home}/`) ? path : `${home}${path}`)
    .concat(named.length === 1 ? named : [])
    .find((path) =>
      configuration.sources.texts.has(path) && !isFlake(path) &&
      !configuration.isShared(path)
    );
  if (file === undefined) return [];
  const { option } = target;
  const asked = options.filter(({ path }) =>
    option === undefined || samePath(path, option)
  );
  return asked.flatMap(({ path, value }) => {
    const wanted = value === target.from.image
      ? target.to.image
      : target.to.tag;
    const edits = linesFor(path, value, wanted, target, {
      file,
      configuration,
    });
    const text = configuration.sources.texts.get(file) ?? "";
    const line = lineOf(text, edits[0]?.start ?? 0);
    return edits.length === 0
      ? []
      : [{ text: `${file}:${line} ${pathText(path)}`, edits }];
  });
}

const OPTION = v.object({
  path: v.array(v.string()),
  value: v.union([v.string(), v.number()]),
});
const ANSWER = v.object({
  options: v.array(OPTION),
  /** Files that say which machine this is. */
  owners: v.array(v.string()),
});

function linesFor(
  path: readonly string[],
  value: string | number,
  wanted: string,
  { container, mount }: EditTarget,
  { configuration, file }: {
    readonly configuration: Configuration;
    readonly file: string;
  },
): readonly Edit[] {
  const written = typeof value === "number" ? wanted : JSON.stringify(wanted);
  const line = atTheEnd(path, written, configuration, file);
  if (line === undefined) return [];
  if (mount === undefined) return [line];
  const own = forcedMount(container, mount, file, configuration);
  if (typeof own === "string") return [];
  return own.start === line.start && own.old === ""
    ? [{ ...line, new: `${line.new}${own.new}` }]
    : [line, own];
}

/** Options of modules that are not of nixpkgs, and have that value. */
function lookFor({ from }: EditTarget): string {
  const values = [from.tag, from.image].filter((it) => it !== "");
  return `
    machine:
    let
      wanted = [ ${values.map((it) => JSON.stringify(it)).join(" ")} ];
      nixpkgs = toString (machine.pkgs.path or "/nowhere");
      isOwn = file: builtins.substring 0 (builtins.stringLength nixpkgs)
        (toString file) != nixpkgs;
      tried = it:
        let found = builtins.tryEval (builtins.deepSeq it it); in
        if found.success then found.value else null;
      files = it: map (file: builtins.unsafeDiscardStringContext (toString file)) it;
      isPlain = type: builtins.elem (type.name or "")
        [ "str" "singleLineStr" "nonEmptyStr" "strMatching" "string" "int" "unsignedInt" "positiveInt" "enum" "nullOr" "either" ];
      isWanted = it:
        let value = if isPlain (it.type or { }) then tried (it.value or null) else null; in
        (builtins.isString value || builtins.isInt value)
        && builtins.elem (builtins.unsafeDiscardStringContext (toString value)) wanted;
      below = path: it:
        if builtins.length path > 12 || !builtins.isAttrs it then [ ]
        else if (it._type or "") == "option" then
          if builtins.any isOwn (files (it.declarations or [ ])) && isWanted it
          then [ { inherit path; value = it.value; } ] else [ ]
        else builtins.concatMap (name: below (path ++ [ name ]) it.\${name})
          (builtins.filter (name: builtins.substring 0 1 name != "_") (builtins.attrNames it));
      options = machine.options or { };
    in {
      options = below [ ] options;
      owners = builtins.filter isOwn (files
        ((options.networking.hostName.files or [ ]) ++ (options.system.stateVersion.files or [ ])));
    }`;
}
