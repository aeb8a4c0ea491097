import { fromFileUrl } from "@std/path";
import { Database } from "./database.ts";
import { Host } from "./host.ts";
import { makeUnitsReadOnly } from "./read_only.ts";

const here = (name: string) =>
  fromFileUrl(new URL(`./nixos/${name}`, import.meta.url));

/** The words of a command line that let pgladder change the configuration. */
export const UP = ["--switch", "nixos", "--yes"] as const;
export const CONFIGURATION = "/etc/nixos/configuration.nix";
export const MODULE = "/etc/nixos/modules/forum.nix";

/**
 * A host whose units real Nix makes of /etc/nixos/configuration.nix, by way of
 * nixos/system.nix; nixos/nixos-rebuild does with them what `switch` does. As
 * on NixOS nobody else can write to /etc/systemd/system.
 */
export class NixosHost {
  private constructor(readonly host: Host, readonly database: Database) {}

  static async raise(name: string, rows: number): Promise<NixosHost> {
    const host = await Host.raise(name);
    const database = await Database.make(host, { rows });
    await host.shell(
      "mkdir -p /etc/nixos/modules /usr/local/lib/rig-nixos; touch /etc/NIXOS",
    );
    const put = (file: string, to: string) =>
      host.rig("put", name, here(file), to);
    await put("etc/configuration.nix", CONFIGURATION);
    await put("etc/hardware.nix", "/etc/nixos/hardware.nix");
    await put("etc/modules/forum.nix", MODULE);
    await put("system.nix", "/usr/local/lib/rig-nixos/system.nix");
    await put("nixos-rebuild", "/usr/local/bin/nixos-rebuild");
    const nixos = new NixosHost(host, database);
    await host.ok("nixos-rebuild", "switch");
    await makeUnitsReadOnly(host);
    await database.opens();
    await host.ok("systemctl", "start", database.app);
    await database.writes();
    await host.save("before");
    return nixos;
  }

  /** The host as it was before an upgrade, its server recovered. */
  async comeBack(label = "before"): Promise<void> {
    await this.host.restore(label);
    await this.database.opens();
    await this.database.writes();
  }

  upgrade(to: string, ...more: string[]) {
    return this.host.pgladder("upgrade", "db", "--to", to, ...UP, ...more);
  }

  rollback() {
    return this.host.pgladder("rollback", "db", "--yes", "--confirm", "db");
  }

  /** What the configuration's two files hold. */
  texts(): { configuration: string; module: string } {
    return {
      configuration: this.host.read(CONFIGURATION),
      module: this.host.read(MODULE),
    };
  }
}
