# Names, places and small helpers that everything else uses.

CACHE=${PGLADDER_RIG_CACHE:-/var/cache/pgladder-rig}
RUN=$CACHE/run                 # a tmpfs: what is true only until the machine restarts
STORE=$RUN/store               # the mounted store (XFS with reflink, in one sparse file)
ROOT_SIZE=24G                  # of a host's root, sparse
PLAIN_INIT=/sbin/plain-init      # in a host that has it, it runs as process 1 in systemd's place
MAJORS=(13 15 17 18)
declare -A SUITES=([13]=bullseye [15]=bookworm [17]=trixie [18]=forky)

say() { printf 'rig: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 2
}

require_root() { ((EUID == 0)) || die 'The rig mounts and boots things, run it as root'; }

# Only names that are safe in paths, cgroups and host names.
require_name() {
  [[ ${1:-} =~ ^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$ ]] || die "'${1:-}' is no name, want letters a-z, digits, -"
}

# wait_for SECONDS COMMAND…: tries every 0.1 s, fails when the time is over.
wait_for() {
  local until=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < until)) || return 1
    sleep 0.1
  done
}

# Everything that makes or removes shared things (cache, mounts, rigs) holds this lock; booting and
# commands in a host do not. The descriptor is 9, and whatever is left running must close it.
lock() {
  mkdir -p "$CACHE"
  exec 9>"$CACHE/lock"
  flock -w 3600 9 || die "Another rig has held '$CACHE/lock' for an hour"
}

unlock() { exec 9>&-; }

rig_dir() { printf '%s/rigs/%s\n' "$STORE" "$1"; }
live_dir() { printf '%s/live/%s\n' "$RUN" "$1"; }
root_dir() { printf '%s/live/%s/root\n' "$RUN" "$1"; }

rig_exists() { [[ -e $(rig_dir "$1")/root.img ]]; }
