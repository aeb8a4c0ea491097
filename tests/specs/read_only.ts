import type { Host } from "./host.ts";

/** From now on nobody can write to /etc/systemd/system, as on NixOS. */
export async function makeUnitsReadOnly(host: Host): Promise<void> {
  await host.shell(
    `echo /etc/systemd/system /etc/systemd/system none bind,ro 0 0 >>/etc/fstab
     systemctl daemon-reload
     mount /etc/systemd/system
     ! touch /etc/systemd/system/try 2>/dev/null`,
  );
}
