import type { Host } from "./host.ts";

/** What a run could leave on a host, in lines that can be compared. */
export async function footprint(host: Host): Promise<string[]> {
  const found = await host.shell(`
    podman ps -a --format 'container {{.Names}} {{.Image}}'
    podman images --format 'image {{.Repository}}:{{.Tag}} {{.Id}}'
    podman volume ls --format 'volume {{.Name}}'
    podman network ls --format 'network {{.Name}}'
    systemctl list-units --all --plain --no-legend 'pgladder*' | sed 's/^/unit /'
    systemctl list-units --all --type=timer --plain --no-legend | awk '{ print "timer", $1, $3 }'
    find /srv -maxdepth 2 -path '*/db*' -prune -printf 'beside %p %i %m %U %G\\n'
    find /etc/systemd /run/systemd/system.control /run/systemd/transient -type f -not -name 'libpod-*' -exec sha256sum {} + 2>/dev/null |
      sed 's/^/configuration /' || true
    find / -xdev -name '*pgladder*' -not -path '/proc/*' -not -path '/var/lib/containers/*' \
      -not -path '*/pgladder*/bin-*' -printf 'named %p\\n'
    find /var/lib/pgladder -mindepth 1 -not -path '*/bin-*' -printf 'state %p\\n' 2>/dev/null || true`);
  return found.trim().split("\n").sort();
}

export function difference(
  before: readonly string[],
  after: readonly string[],
): { gone: string[]; new: string[] } {
  return {
    gone: before.filter((line) => !after.includes(line)),
    new: after.filter((line) => !before.includes(line)),
  };
}
