# Checks of the rig itself and of the traps that the stand-in images must keep.

SELFTEST=selftest
PASSED=0
FAILED=0

# check WORDS COMMAND…: one line for each, the command's output only where it failed. The command runs in
# a shell of its own, so that a failure in the middle of it counts.
check() {
  local words=$1 log status=0
  shift
  set +e
  log=$(set -e && "$@" 2>&1)
  status=$?
  set -e
  if ((status == 0)); then
    PASSED=$((PASSED + 1))
    printf 'ok      %s\n' "$words"
  else
    FAILED=$((FAILED + 1))
    printf 'FAILED  %s (exit %s)\n%s\n' "$words" "$status" "$log"
  fi
}

command_selftest() {
  command_down "$SELFTEST"
  command_up "$SELFTEST" --disk xfs --disk btrfs --size 1G
  check 'exec passes input, exit code and no INVOCATION_ID' exec_is_plain
  check 'systemd has no failed unit' host has_no_failed_unit
  check 'the additional disks are what they are called' disks_are_mounted
  check 'ssh with a key works in the host' host ssh localhost true
  check 'a pull fails at once' pull_fails_fast
  check '17-next has another digest than 17' digests_differ
  check 'a database on 15 with an application' database_with_application d15 15 5432
  check 'a database on 18 from scripts with an application' database_with_application d18 18 5433 --scripts
  check 'the unit with scripts shows no image' unit_hides_image
  check 'no password: refused with 1' refuses_without_password
  check 'while it initialises only the socket answers' only_socket_answers
  check 'a failed initialisation leaves a cluster that is then served' half_made_is_served
  check '18 refuses the data of 17' eighteen_refuses_data
  check '18 refuses a mount on the old place' eighteen_refuses_mount
  check '18 with its own PGDATA serves an empty cluster beside the data of 17' eighteen_serves_empty
  check '17 on the volume of 18 serves an empty cluster' seventeen_serves_empty
  check 'a sentence in PG_VERSION is neither initialised nor started' plug_holds
  check 'POSTGRES_INITDB_ARGS, _USER, _DB, _PASSWORD_FILE' settings_are_kept
  check 'the power cut loses nothing' power_cut_loses_nothing
  check 'a snapshot comes back as after a power cut' snapshot_comes_back
  check 'down leaves nothing' down_leaves_nothing
  printf '%s passed, %s failed\n' "$PASSED" "$FAILED"
  ((FAILED == 0))
}

host() {
  if declare -F "$1" >/dev/null; then "$@"; else in_host "$SELFTEST" "$@"; fi
}

# postgres TAG VOLUME:INNER [-e …] -- [server arguments]: one container in the foreground, 20 s at most.
postgres() {
  local tag=$1 volume=$2 options=()
  shift 2
  while [[ ${1:---} != -- ]]; do options+=("$1") && shift; done
  (($# == 0)) || shift
  host timeout 20 podman run --rm --network=none -v "$volume" -e POSTGRES_PASSWORD=x "${options[@]}" \
    "docker.io/library/postgres:$tag" "$@"
}

# exits CODE COMMAND…: passes when the command exits with that code.
exits() {
  local want=$1 status=0
  shift
  "$@" || status=$?
  ((status == want)) || { echo "exit $status instead of $want" && return 1; }
}

# refute COMMAND…: `!` alone would not end a check, errexit looks away from it.
refute() {
  if "$@"; then echo "succeeds, should not: $*" && return 1; fi
}

# lacks LINE COMMAND…: the command succeeds and prints no such line.
lacks() {
  local line=$1 text
  shift
  text=$("$@")
  refute grep -qxF "$line" <<<"$text"
}

empty_volume() {
  host rm -rf "$1"
  host mkdir -p "$1"
}

# starts_serving TAG VOLUME [options]: detached, until the real server (first line of the lock: 1) is there.
starts_serving() {
  local tag=$1 volume=$2
  shift 2
  host podman run -d --replace --rm --name trap --network=none -v "$volume" -e POSTGRES_PASSWORD=x "$@" \
    "docker.io/library/postgres:$tag"
  wait_for 20 real_server_is_up
}

real_server_is_up() {
  [[ $(host podman exec trap head -n 1 /var/run/postgresql/.s.PGSQL.5432.lock 2>/dev/null) == 1 ]] &&
    host podman exec trap pg_isready -q
}

databases() { host podman exec -u postgres trap psql -XAtc 'SELECT datname FROM pg_database ORDER BY 1' "$@"; }

end_trap() { host podman rm -f -v -i trap >/dev/null; }

exec_is_plain() {
  [[ $(echo hello | host cat) == hello ]]
  exits 7 host sh -c 'exit 7'
  [[ -z $(host printenv INVOCATION_ID || true) ]]
}

has_no_failed_unit() { [[ -z $(in_host "$SELFTEST" systemctl --failed --quiet --no-legend) ]]; }

disks_are_mounted() {
  [[ $(host stat -f -c %T /srv/xfs) == xfs ]]
  [[ $(host stat -f -c %T /srv/btrfs) == btrfs ]]
  host sh -c 'echo x >/srv/xfs/a && cp --reflink=always /srv/xfs/a /srv/xfs/b'
}

pull_fails_fast() { exits 125 host timeout 5 podman pull docker.io/library/postgres:15-none; }

digests_differ() {
  local old new
  old=$(host podman image inspect --format '{{.Digest}}' docker.io/library/postgres:17)
  new=$(host podman image inspect --format '{{.Digest}}' docker.io/library/postgres:17-next)
  [[ $old == sha256:* && $new == sha256:* && $old != "$new" ]]
}

database_with_application() {
  local db=$1 tag=$2 port=$3
  shift 3
  command_db "$SELFTEST" "$db" --tag "$tag" --port "$port" "$@"
  command_app "$SELFTEST" "a-$db" --db "$db"
  sleep 1
  command_losses "$SELFTEST" "a-$db"
}

unit_hides_image() { refute grep -F postgres: <<<"$(host systemctl cat podman-d18.service)"; }

refuses_without_password() {
  empty_volume /srv/trap
  exits 1 host podman run --rm -v /srv/trap:/var/lib/postgresql/data docker.io/library/postgres:15
}

only_socket_answers() {
  end_trap
  empty_volume /srv/trap && empty_volume /srv/trap-init
  printf 'sleep 5\n' | host install -m 644 /dev/stdin /srv/trap-init/slow.sh
  host podman run -d --rm --name trap -e POSTGRES_PASSWORD=x -p 127.0.0.1:5499:5432 \
    -v /srv/trap:/var/lib/postgresql/data -v /srv/trap-init:/docker-entrypoint-initdb.d \
    docker.io/library/postgres:15
  wait_for 20 host podman exec trap pg_isready -q
  [[ $(host podman exec trap head -n 1 /var/run/postgresql/.s.PGSQL.5432.lock) != 1 ]]
  refute host podman exec trap pg_isready -q -h 127.0.0.1
  refute host pg_isready -q -h 127.0.0.1 -p 5499
  wait_for 20 real_server_is_up
  host pg_isready -q -h 127.0.0.1 -p 5499
  end_trap
}

half_made_is_served() {
  empty_volume /srv/trap
  exits 2 postgres 15 /srv/trap:/var/lib/postgresql/data -e POSTGRES_DB=wanted -- -c unix_socket_directories=/tmp
  host test -s /srv/trap/PG_VERSION
  starts_serving 15 /srv/trap:/var/lib/postgresql/data -e POSTGRES_DB=wanted
  lacks wanted databases
  end_trap
}

make_old_data() {
  empty_volume /srv/trap
  starts_serving 17 "/srv/trap:/var/lib/postgresql/data" -e POSTGRES_DB=old
  end_trap
}

eighteen_refuses_data() {
  make_old_data
  exits 1 postgres 18 /srv/trap:/var/lib/postgresql
}

eighteen_refuses_mount() {
  empty_volume /srv/trap
  exits 1 postgres 18 /srv/trap:/var/lib/postgresql/data
}

eighteen_serves_empty() {
  make_old_data
  starts_serving 18 /srv/trap:/var/lib/postgresql -e PGDATA=/var/lib/postgresql/elsewhere
  lacks old databases
  end_trap
}

seventeen_serves_empty() {
  empty_volume /srv/trap
  starts_serving 18 /srv/trap:/var/lib/postgresql -e POSTGRES_DB=new
  end_trap
  host test -s /srv/trap/18/docker/PG_VERSION
  # The mount stays where 18 wants it, so 17 looks into an anonymous volume below it.
  starts_serving 17 /srv/trap:/var/lib/postgresql
  lacks new databases
  end_trap
}

plug_holds() {
  local tag inner
  for tag in 15 17 18; do
    empty_volume /srv/trap
    inner=/var/lib/postgresql/data
    ((tag < 18)) || inner=/var/lib/postgresql/18/docker
    echo 'The data is elsewhere for now' | host tee /srv/trap/PG_VERSION >/dev/null
    refute postgres "$tag" "/srv/trap:$inner"
    [[ $(host ls -A /srv/trap) == PG_VERSION ]]
  done
}

settings_are_kept() {
  empty_volume /srv/trap && empty_volume /srv/trap-secret
  echo geheim | host tee /srv/trap-secret/password >/dev/null
  host podman run -d --replace --rm --name trap --network=none -v /srv/trap:/var/lib/postgresql/data \
    -v /srv/trap-secret:/secret:ro -e POSTGRES_PASSWORD_FILE=/secret/password -e POSTGRES_USER=boss \
    -e POSTGRES_DB=shop -e 'POSTGRES_INITDB_ARGS=--data-checksums --lc-messages="C"' \
    docker.io/library/postgres:15
  wait_for 20 real_server_is_up
  [[ $(databases -U boss -d shop | tr '\n' ' ') == 'postgres shop template0 template1 ' ]]
  [[ $(host podman exec trap psql -XAt -U boss -d shop -c 'SHOW data_checksums') == on ]]
  host podman exec -e PGPASSWORD=geheim trap psql -XAt -U boss -h "$(host podman exec trap hostname)" -d shop -c 'SELECT 1'
  host grep -x 'host all all all scram-sha-256' /srv/trap/pg_hba.conf
  end_trap
}

power_cut_loses_nothing() {
  command_kill "$SELFTEST"
  refute is_up "$SELFTEST"
  command_boot "$SELFTEST"
  local app before after
  for app in a-d15 a-d18; do
    before=$(host wc -l "/var/lib/app-$app/acked")
    wait_for 30 acks_more "$app" "${before%% *}"
    command_losses "$SELFTEST" "$app"
  done
}

acks_more() { (($(host wc -l "/var/lib/app-$1/acked" | cut -d ' ' -f 1) > $2)); }

snapshot_comes_back() {
  command_snapshot "$SELFTEST" cut
  sleep 1
  command_restore "$SELFTEST" cut
  local before
  before=$(host wc -l /var/lib/app-a-d15/acked)
  wait_for 30 acks_more a-d15 "${before%% *}"
  command_losses "$SELFTEST" a-d15
}

down_leaves_nothing() {
  command_down "$SELFTEST"
  refute grep -F "/live/$SELFTEST/" /proc/self/mountinfo
  refute grep -F "/rigs/$SELFTEST/" <<<"$(losetup --list --noheadings --output BACK-FILE)"
  refute pgrep -f "machine=$SELFTEST( |$)"
  [[ ! -e $(cgroup_mount)/pgladder-rig-$SELFTEST ]]
  [[ ! -e $(rig_dir "$SELFTEST") ]]
}
