/** The hosts on which each check is planted: images, places, neighbours. */

/** An old image with more in it, and a new one with less. */
export const IMAGES = `
  podman run -d --name made --entrypoint sleep docker.io/library/postgres:15 infinity >/dev/null
  podman exec made bash -ceu '
    cd "$(dirname "$(readlink -f "$(command -v postgres)")")/../lib"
    cp citext.so gauge.so
    cd /usr/share/postgresql/15/extension
    printf "default_version = 1\\n" >gauge.control
    echo "CREATE FUNCTION gauge(text) RETURNS int LANGUAGE c AS \\"\\$libdir/gauge\\", \\"citext_hash\\";" | tr "\\042" "\\047" >gauge--1.sql'
  podman stop -t 0 made >/dev/null
  podman commit -q --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["postgres"]' \\
    made docker.io/library/postgres:15-old >/dev/null
  podman rm -fv made >/dev/null
  podman run -d --name made --entrypoint sleep docker.io/library/postgres:18 infinity >/dev/null
  podman exec made bash -ceu '
    rm /usr/lib/locale/locale-archive
    printf "#!/bin/sh\\necho aarch64\\n" >/usr/local/bin/uname
    chmod +x /usr/local/bin/uname
    printf "%s\\n" "#!/bin/sh" "echo musl libc; echo Version 1.2.5" >/usr/bin/ldd'
  podman stop -t 0 made >/dev/null
  podman commit -q --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["postgres"]' \\
    made docker.io/library/postgres:18-new >/dev/null
  podman rm -fv made >/dev/null
  podman create --name made docker.io/library/postgres:17 >/dev/null
  podman export made | podman import -q - localhost/pause >/dev/null
  podman rm -v made >/dev/null`;

/**
 * Beside "late": by their names alone, since neither image is here. A word
 * behind watchtower's would be the one container that it watches.
 */
export const HELPERS = `
  podman tag docker.io/library/postgres:17 docker.io/containrrr/watchtower:latest
  for name in watchtower nightly-backup; do
    image=docker.io/library/postgres:17
    [ "$name" = watchtower ] && image=docker.io/containrrr/watchtower:latest
    podman run -d --name "$name" --entrypoint '["sleep", "infinity"]' "$image" >/dev/null
  done`;

/** Where "db" lives: a mount point in a read-only directory, and a pod. */
export const PLACE = `
  mkdir -p /srv/ext4/db /srv/fixed/db /srv/fixed/db.bak /etc/outside
  mount --bind /srv/fixed /srv/fixed
  mount --bind /srv/ext4/db /srv/fixed/db
  mount -o remount,ro,bind /srv/fixed
  install -d -o 999 -g 999 /srv/elsewhere
  printf '%s\\n' 'local all all trust' 'host all all all scram-sha-256' >/etc/outside/pg_hba.conf
  podman pod create --name web -p 127.0.0.1:5432:5432 \\
    --infra-image localhost/pause --infra-command 'sleep infinity' >/dev/null
  podman pod start web >/dev/null`;

export const DB = [
  ...["--image", "docker.io/library/postgres:15-old", "--dir", "/srv/fixed/db"],
  ...["--no-publish", "--run-arg", "--pod=web", "--scripts"],
  ...["--run-arg", "--volume=/srv/elsewhere:/elsewhere"],
  ...["--run-arg", "--volume=/etc/outside:/etc/outside:ro"],
  ...["--cmd", "-c", "--cmd", "hba_file=/etc/outside/pg_hba.conf"],
  ...["--cmd", "-c", "--cmd", "shared_preload_libraries=gauge"],
  ...["--cmd", "-c", "--cmd", "max_prepared_transactions=5"],
];
