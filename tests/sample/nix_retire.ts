import { applyEdits } from "../../lib/configuration/edit.ts";
import { hostsOf } from "../../lib/configuration/nix/hosts.ts";
import { retire, type RetireWish } from "../../lib/configuration/nix/retire.ts";
import { Sources } from "../../lib/configuration/nix/sources.ts";

/** A module of which hosts say the version, for what becomes of their lines. */

export const HOME = "/nix";
export const OPTION = ["forum", "postgresTag"];

export const MODULE = `{ lib, config, ... }: {
  options.forum.enable = lib.mkEnableOption "it";
  options.forum.postgresTag = lib.mkOption { default = "15"; };
}
`;
export const SAYS = `forum.postgresTag = "17";`;
export const ENABLED = "forum.enable = true;";

/** The files after it, or the refusal with its list. */
export function retired(
  files: Readonly<Record<string, string>>,
  more: Partial<RetireWish> = {},
) {
  const texts = new Map(
    Object.entries({ "forum.nix": MODULE, ...files })
      .map(([name, text]) => [`${HOME}/${name}`, text]),
  );
  const found = retire(texts, {
    home: HOME,
    option: OPTION,
    to: "17",
    hosts: hostsOf(new Sources(texts), HOME),
    isListed: false,
    skipped: [],
    links: new Map(),
    evaluated: new Map(),
    ...more,
  });
  if (found.kind === "refused") return [found.problem, ...found.list];
  return Object.fromEntries(
    [...texts].map(([file, text]) => [
      file.slice(HOME.length + 1),
      applyEdits(text, found.edits.filter((edit) => edit.file === file)),
    ]),
  );
}

export const DONE = { "forum.nix": MODULE.replace(`"15"`, `"17"`) };
