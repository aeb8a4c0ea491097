import type { Plan } from "../../../journal/plan.ts";
import { choose } from "../args.ts";
import type { Facts } from "../../plan/facts/facts.ts";
import type { ConfigurationRequest } from "../../configuration/find.ts";
import { Failure } from "../../base/failure.ts";
import type { Settings } from "../../plan/settings.ts";
import { safe } from "../../base/format.ts";
import type { App } from "../command/command.ts";
import { waitingOn } from "./show_waiting.ts";

/** What is asked of the configuration's files, and where that is found. */

const NIX_OPTIONS = ["nix-file", "nix-option", "rebuild-command"] as const;

/** Who changes the configuration; what is said of Nix says that it is NixOS. */
export function readSwitch({ args }: App): Settings["switch"] {
  const { command, options } = args;
  const ofNix = NIX_OPTIONS.find((name) => options[name] !== undefined);
  const otherwise = options["switch-command"] !== undefined
    ? "command"
    : ofNix === undefined
    ? "manual"
    : "nixos";
  const chosen = choose(
    "switch",
    options.switch,
    ["manual", "nixos", "quadlet", "compose", "unit", "command"],
    otherwise,
  );
  if (ofNix !== undefined && chosen !== "nixos") {
    throw new Failure("usage", {
      problem: `--${ofNix} needs --switch nixos, not "${chosen}"`,
      hint: `See "pgladder help ${command}"`,
    });
  }
  return chosen;
}

/** As NixOS marks itself, for its own programs too. */
const NIXOS_MARK = "/etc/NIXOS";

/** On NixOS, where nobody says who changes the configuration. */
export async function isSwitchOurs({ args, ports }: App): Promise<boolean> {
  // A rehearsal changes no configuration, and need not wait for Nix.
  if (args.command === "rehearse") return false;
  const named = [...NIX_OPTIONS, "switch", "switch-command"] as const;
  return named.every((name) => args.options[name] === undefined) &&
    await ports.files.look(NIXOS_MARK) !== undefined;
}

/**
 * Nobody asked for it: done is what Nix itself confirms, and only where a
 * rebuild changes nothing else.
 */
export function withCertainSwitch(
  settings: Settings,
  { unmanaged, editPlan }: Pick<Facts, "unmanaged" | "editPlan">,
): Settings {
  const isCertain = editPlan?.kind === "placed" &&
    editPlan.isEvaluated === true && editPlan.pending === undefined &&
    unmanaged === undefined;
  return {
    ...settings,
    switch: isCertain ? "nixos" : "manual",
    isSwitchOurs: true,
  };
}

/** Undefined where pgladder changes no file of a configuration. */
export function readConfiguration(
  app: App,
  kind: Settings["switch"],
): ConfigurationRequest | undefined {
  const { args: { options }, hostname } = app;
  if (kind !== "nixos" && kind !== "quadlet" && kind !== "compose") {
    return undefined;
  }
  const file = options["nix-file"];
  const option = requireOption(options["nix-option"]);
  const rebuild = options["rebuild-command"];
  if (file !== undefined && !file.startsWith("/")) {
    throw new Failure("usage", {
      problem: `--nix-file cannot be "${file}"`,
      hint: "It is an absolute path, such as /etc/nixos/hosts/db.nix",
    });
  }
  return {
    kind,
    hostname,
    during: waitingOn(app),
    ...(file === undefined ? {} : { file }),
    ...(option === undefined ? {} : { option }),
    ...(rebuild === undefined ? {} : { rebuild }),
    ...(options["no-eval"] === undefined ? {} : { isRead: true }),
  };
}

/** @throws {Failure} "usage": it is no option's name */
export function requireOption(option: string | undefined): string | undefined {
  if (option === undefined || /^[\w'-]+(\.[\w'-]+)+$/.test(option)) {
    return option;
  }
  throw new Failure("usage", {
    problem: `--nix-option cannot be "${option}"`,
    hint: "It is an option's whole name, such as nixfiles.pleroma.postgresTag",
  });
}

/** Of several places a person at the terminal may choose one. */
export async function choosePlace(app: App, facts: Facts): Promise<Facts> {
  const { editPlan } = facts;
  const { args, operator } = app;
  if (editPlan?.kind !== "unplaced" || !operator.present) return facts;
  const offered = editPlan.candidates.filter(({ changes }) =>
    changes.length > 0
  );
  if (args.command !== "upgrade" || offered.length === 0) return facts;
  operator.print(safe([
    `${editPlan.problem}:`,
    ...offered.flatMap(({ diff, text }, index) => [
      "",
      `${index + 1}  ${text}`,
      ...indented(diff),
    ]),
  ].join("\n")));
  const answer = await operator.ask("Which one? Type its number:");
  const chosen = offered[Number(answer?.trim()) - 1];
  if (chosen === undefined) return facts;
  const { changes, diff, text } = chosen;
  const { rebuild } = editPlan;
  return {
    ...facts,
    editPlan: { kind: "placed", found: text, changes, diff, rebuild, git: "" },
  };
}

/** What will be changed in the configuration, "" if nothing of that is known. */
export function diffText(
  { editPlan }: Facts,
  { switch: chosen }: Plan,
): string {
  if (editPlan?.kind !== "placed" || chosen.kind === "manual") return "";
  return safe(
    ["", "In the configuration", ...indented(editPlan.diff), ""].join("\n"),
  );
}

function indented(text: string): string[] {
  return text.split("\n").map((line) => `  ${line}`);
}
