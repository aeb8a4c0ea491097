import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import type { Settings } from "../../plan/settings.ts";
import type { EditPlan } from "../../configuration/find.ts";
import type { App } from "../command/command.ts";
import { isSwitchOurs, withCertainSwitch } from "./switch_options.ts";

const NIXOS = { "/etc/NIXOS": "" };

function appOn(
  files: Readonly<Record<string, string>>,
  options: Readonly<Record<string, string>>,
  command = "upgrade",
) {
  const ports = portsOf({ files: new MemoryFiles(files) });
  return { args: { command, operand: "db", options }, ports } as unknown as App;
}

Deno.test("On NixOS, and nowhere else, pgladder looks for the change itself", async () => {
  assertEquals(await isSwitchOurs(appOn(NIXOS, { to: "17" })), true);
  assertEquals(await isSwitchOurs(appOn({}, { to: "17" })), false);
});

Deno.test("Whoever names a switch, or anything that belongs to one, has it", async () => {
  for (
    const options of [
      { switch: "manual" },
      { switch: "compose" },
      { "switch-command": "deploy" },
      { "nix-file": "/etc/nixos/a.nix" },
      { "rebuild-command": "colmena apply-local" },
    ]
  ) assertEquals(await isSwitchOurs(appOn(NIXOS, options)), false);
});

Deno.test("A rehearsal does not wait for Nix", async () => {
  assertEquals(await isSwitchOurs(appOn(NIXOS, {}, "rehearse")), false);
});

const settings = { switch: "manual" } as Settings;
const chosen = (editPlan: Partial<EditPlan>, alone?: { restart: string }) =>
  withCertainSwitch(
    settings,
    { editPlan, unmanaged: alone } as unknown as Parameters<
      typeof withCertainSwitch
    >[1],
  ).switch;

Deno.test("What Nix confirms is done, what is only read or not found is the operator's", () => {
  assertEquals(chosen({ kind: "placed", isEvaluated: true }), "nixos");
  assertEquals(chosen({ kind: "placed" }), "manual");
  assertEquals(
    chosen({ kind: "placed", isEvaluated: true, pending: ["sshd.service"] }),
    "manual",
  );
  assertEquals(chosen({ kind: "unplaced" }), "manual");
  assertEquals(
    chosen({ kind: "placed", isEvaluated: true }, { restart: "always" }),
    "manual",
  );
});
