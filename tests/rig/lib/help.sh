# The rig's documentation.

command_help() {
  cat <<'TEXT'
The rig: a whole database host (systemd, podman, postgres images, sshd, nix) inside this machine.
It raises itself on a fresh Debian 12 as root; the first time takes some minutes, later ones seconds.

  rig up [NAME] [--disk xfs|ext4|btrfs]… [--size 4G]
        Makes the host where it is missing, boots it, waits until systemd has settled. Again is harmless.
        A disk is a file system of its own, mounted at /srv/xfs, /srv/ext4, /srv/btrfs in the host.
        NAME is `rig` where it is left out.
  rig down [NAME] | --all      stops and removes; leaves no process, mount or loop device, only the cache
  rig kill [NAME]              the power cut: everything in the host dies at once
  rig boot [NAME]              boots it again, with the same disks
  rig list                     the rigs, up or down
  rig exec [NAME] -- CMD…      a command in the host; input, output and exit code are passed on
  rig put NAME FILE DEST       copies a file with its mode, or what is in a directory, into the host
  rig root NAME                where the host's root is, as seen from this machine
  rig db NAME DB               writes, enables and (re)starts the unit podman-DB.service, waits for TCP
        --tag 15               image docker.io/library/postgres:TAG, or --image IMAGE
        --port 5432            published on 127.0.0.1
        --no-publish           its pod has published the port
        --dir /srv/DB          the volume on the host, made where missing
        --inner PATH           where it is mounted, default as the image of that tag wants it
        --env K=V              again and again; without a password it gets POSTGRES_PASSWORD=rig-DB
        --run-arg X  --cmd X   one more argument of podman run, of the server
        --scripts              the unit names scripts in /nix/store, as on NixOS
        --docker               docker-DB.service, by docker; give it the image with \`rig docker\` first
        --no-start             writes the unit only
  rig docker NAME TAG…         starts docker, for good, and gives it the images of these tags
  rig plain NAME               from the next boot on without systemd: a few lines of shell start docker
  rig extend NAME MAJOR TAG PACKAGE…
        Gives it postgres:TAG: the image of MAJOR with these packages of its suite, which are cached.
  rig newest NAME MAJOR        the same of a version that is only in Debian's experimental, as postgres:MAJOR
  rig psql NAME DB [ARGS]      psql over TCP, as the database's superuser
  rig app NAME APP --db DB [--database D]
        The unit app-APP.service, which requires the database's and writes a row each 0.1 s.
  rig losses NAME APP          what it was acknowledged against what is there; exit 1 on any loss or anomaly
  rig snapshot NAME LABEL      the disks as a power cut would leave them now (unsynced writes are lost)
  rig restore NAME LABEL       cuts the power, puts those disks back, boots
  rig selftest                 raises a host of its own and checks the rig and the images in it

Images, all local, none can be pulled: docker.io/library/postgres:13, 15, 17, 18, each also by its real
version, and 15-next, 17-next: the same content with another digest. They are Debian's packages behind an
entrypoint of our own (image/docker-entrypoint.sh) that keeps the official image's contract.

How it works
  The cache, ${PGLADDER_RIG_CACHE:-/var/cache/pgladder-rig}, holds store.img: a sparse file with an XFS.
  In it lie the pieces (a host root, one root per image, and the base: a host's disk with the images
  loaded), each under a hash of its recipe: change a recipe and what depends on it is built again. A host's
  disk is a reflink of the base, mounted with a loop device and booted by systemd-nspawn with a network
  of its own. `rig exec` enters its namespaces and its cgroups, without INVOCATION_ID, as SSH would.
  In the host `ssh localhost` works, docker is installed and off, the application's files are
  /var/lib/app-APP/{acked,refused,anomalies}, and `. /etc/rig/db-DB` has a database's connection.
  A kill loses no page cache, as it is this machine that holds it: for that take a snapshot and restore it.
TEXT
}
