import { type Check, ok, refuse, warn } from "./check.ts";

export const switching: Check = {
  name: "switch",
  about: "the configuration can be made to name the new image",
  look({ from, to, unit }, settings) {
    const moved = from.inner === to.inner
      ? ""
      : `; the mount moves from ${from.inner} to ${to.inner}`;
    switch (settings.switch) {
      case "manual":
        return ok(`you change it when pgladder asks${moved}`);
      case "command":
        return settings.switchCommand === undefined
          ? refuse("no command is given", "Name it with --switch-command")
          : ok(`${settings.switchCommand}${moved}`);
      case "unit":
        if (unit === undefined || unit.fragment.startsWith("/run/")) {
          return refuse(
            `the unit file "${unit?.fragment}" is generated`,
            "Use --switch manual or --switch command",
          );
        }
        return /^\/nix\/|^\/etc\/static\//.test(unit.fragment)
          ? refuse(
            `the unit file "${unit.fragment}" belongs to NixOS`,
            "Use --switch manual or --switch command",
          )
          : unit.fragment.startsWith("/etc/")
          ? ok(`${unit.fragment}${moved}`)
          : warn(
            `${unit.fragment}${moved}`,
            "A package may replace that file: better keep your own in /etc",
          );
    }
  },
};
