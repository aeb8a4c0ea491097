#!/usr/bin/env bash
# Stands in for the controller: starts the job containers by the contract and waits for their results.
# Runs in the rig's host; the tree is in BASE, with job/ and sql/ below it.
#
#   drive.sh sample MAJOR            makes BASE/sample-MAJOR, a cluster that was shut down
#   drive.sh dump CASE FROM TO       CASE/old, CASE/dump, CASE/job-dump; with CLONE=1 from a clone
#   drive.sh build CASE TO           CASE/staging, CASE/job-build
#   drive.sh pg_upgrade CASE FROM TO  CASE/old, CASE/staging, CASE/job-pg_upgrade
#   drive.sh mend CASE FROM          CASE/old, CASE/job-mend
#   drive.sh sql CASE TO SQL [DATABASE]  starts CASE/staging, or CASE/CLUSTER, as a service would and asks it
# VERIFY, OLD_IMAGE, DATA_MOUNT and NO_WAIT=1 come from the environment. Exit 1: a result says that it failed.
set -euo pipefail

BASE=/srv/jobs
# Seconds for one job.
PATIENCE=170

image() { printf 'docker.io/library/postgres:%s' "$1"; }

# What every job may do; those that copy begin as root, by these words in addition.
OWNER=999:999
LIMITS=(--cap-drop ALL --security-opt no-new-privileges --read-only --tmpfs /tmp:rw,exec,nosuid,nodev,mode=1777)
COPYING=(--user 0:0 --cap-add DAC_OVERRIDE --cap-add CHOWN --cap-add FOWNER --cap-add FSETID --cap-add SETUID --cap-add SETGID)

# start NAME JOB SCRIPT IMAGE OPTION…
start() {
  local name=$1 job=$2 script=$3 image=$4
  shift 4
  podman run -d --name "$name" --network none --pull never --security-opt label=disable --log-driver none \
    "${LIMITS[@]}" --user "$OWNER" -e PGLADDER_AS="$OWNER" --shm-size 1g --entrypoint bash -v "$job:/pgladder" -v "$job/run:/var/run/postgresql" \
    -e PGLADDER_RUN=r1 -e PGLADDER_ATTEMPT=1 -e PGLADDER_JOBS=2 -e "PGLADDER_SUPERUSER=${SUPERUSER:-postgres}" \
    -e "PGLADDER_VERIFY=${VERIFY:-checksums}" -e PGLADDER_MEMORY_MB=1024 "$@" "$image" "/pgladder/$script.sh" >/dev/null
}

make_job() {
  install -d -g "${OWNER#*:}" -m 1770 "$1" "$1/run"
  cp "$BASE"/script/*.sh "$BASE"/sql/*.sql "$1"
}

# await FILE: prints the result; fails with it.
await() {
  local turn
  [[ ! ${NO_WAIT:-} ]] || return 0
  for ((turn = 0; turn < PATIENCE * 10; turn++)); do
    [[ ! -e $1 ]] || break
    sleep 0.1
  done
  grep -q '"ok":true' "$1"
}

# ask CONTAINER DATABASE <SQL; the settings that the sample makes do not reach it.
ask() {
  podman exec -i -e PGCLIENTENCODING=UTF8 -e PGDATABASE="$2" \
    -e 'PGOPTIONS=-c role=none -c statement_timeout=0 -c session_replication_role=origin -c default_transaction_read_only=off -c idle_in_transaction_session_timeout=0' \
    "$1" psql -XAtq -U "${SUPERUSER:-postgres}" -v ON_ERROR_STOP=1
}

await_service() {
  local turn
  for ((turn = 0; turn < 200; turn++)); do
    if podman exec "$1" sh -c 'head -n 1 /var/run/postgresql/.s.PGSQL.5432.lock | grep -qx 1 && pg_isready -q' 2>/dev/null; then return; fi
    sleep 0.2
  done
  return 1
}

sample() {
  local major=$1 name=sample-$1 data=$BASE/sample-$1 database removed
  [[ ! -d $data ]] || return 0
  rm -rf "$data.new"
  mkdir "$data.new"
  podman run -d --name "$name" --network none --log-driver none -e POSTGRES_PASSWORD=pw \
    -e "POSTGRES_USER=${SUPERUSER:-postgres}" -e POSTGRES_DB=postgres \
    -v "$data.new:/var/lib/postgresql/data" "$(image "$major")" >/dev/null
  await_service "$name"
  ask "$name" postgres <"$BASE/script/testdata/sample.sql" >/dev/null
  ask "$name" zoo <"$BASE/script/testdata/zoo.sql"
  ask "$name" expressions <"$BASE/script/testdata/expressions.sql"
  for database in 'a"; DROP' "\$(reboot) x=y 'q'" 'Übergröße ☃' latin; do
    ask "$name" "$database" <<<'CREATE TABLE "tä ""q" (a text, "b c" int); INSERT INTO "tä ""q" VALUES ($$ü$$)'
  done
  case $major in
  13) removed='vacuum_cleanup_index_scale_factor = 0.2' ;;
  15) removed='old_snapshot_threshold = 60 # it went in 17' ;;
  *) removed='' ;;
  esac
  printf "%s\nshared_preload_libraries = 'pg_stat_statements'\ninclude_dir 'conf.d'\nexternal_pid_file = '/nowhere/pid'\nssl_ca_file = '/var/lib/postgresql/data/ca.crt'\narchive_mode = on\narchive_command = 'touch /var/lib/postgresql/data/archived'\n" \
    "$removed" | podman exec -i "$name" sh -c 'cat >>$PGDATA/postgresql.conf; mkdir $PGDATA/conf.d; echo "random_page_cost = 1.5" >$PGDATA/conf.d/disk.conf; echo key >$PGDATA/server.key; chmod 600 $PGDATA/server.key; echo "host all all 10.0.0.0/8 md5" >>$PGDATA/pg_hba.conf'
  podman stop -t 60 "$name" >/dev/null
  podman rm -v "$name" >/dev/null
  mv "$data.new" "$data"
}

dump() {
  local case=$BASE/$1 from=$2 to=$3 old=()
  make_job "$case/job-dump"
  install -d -o 999 -g 999 "$case/dump"
  if [[ ${CLONE:-} ]]; then
    mkdir "$case/clone"
    old=("${COPYING[@]}" -e PGLADDER_CLONE=1 -e PGLADDER_MOUNT=/var/lib/postgresql/data
      -v "$case/clone:/var/lib/postgresql/data" -v "$case/old:/pgladder-old:ro")
  else
    old=(-v "$case/old:/var/lib/postgresql/data")
  fi
  start "job-$1-dump-server" "$case/job-dump" dump_server "$(image "$from")" "${old[@]}" -v "$case/dump:/dump"
  start "job-$1-dump" "$case/job-dump" dump_worker "$(image "$to")" -e "PGLADDER_CLONE=${CLONE:-}" -v "$case/dump:/dump"
  await "$case/job-dump/dump_worker.result.json"
}

inner() { if (($1 >= 18)); then echo /var/lib/postgresql; else echo /var/lib/postgresql/data; fi; }

build() {
  local case=$BASE/$1 to=$2 mount
  mount=$(inner "$to")
  make_job "$case/job-build"
  install -d -o 999 -g 999 "$case/empty" "$case/staging"
  [[ ! -d $case/job-dump/conf ]] || cp -a "$case/job-dump/conf" "$case/job-build/conf"
  start "job-$1-build" "$case/job-build" build "$(image "$to")" -e "PGLADDER_MOUNT=$mount" -v "$case/staging:$mount" \
    -v "$case/dump:/dump:ro" -v "$case/empty:/docker-entrypoint-initdb.d" \
    -e 'POSTGRES_INITDB_ARGS=--encoding=UTF8 --locale=en_US.utf8 --data-checksums'
  await "$case/job-build/build.result.json"
}

pg_upgrade() {
  local case=$BASE/$1 from=$2 to=$3 job=$BASE/$1/job-pg_upgrade mount checksums=''
  mount=$(inner "$to")
  ((to < 18)) || checksums=--no-data-checksums
  make_job "$job"
  mkdir -p "$case/room/old" "$case/room/new"
  chown -R 999:999 "$case/room"
  start "job-$1-pg-upgrade" "$job" pg_upgrade "$(image "$to")" "${COPYING[@]}" -v "$case/old:/pgladder-old:ro" -v "$case/room:/pgladder-work" \
    -v "$case/room/new:$mount" --mount "type=image,source=$(image "${OLD_IMAGE:-$from}"),destination=/pgladder-root" \
    -e "PGLADDER_MOUNT=$mount" -e "PGLADDER_FROM=$from" -e "PGLADDER_TO=$to" \
    -e PGLADDER_OLD_PGDATA=/var/lib/postgresql/data \
    -e "POSTGRES_INITDB_ARGS=--encoding=UTF8 --locale=en_US.utf8 $checksums"
  await "$job/pg_upgrade.result.json" && mv "$case/room/new" "$case/staging"
}

mend() {
  make_job "$BASE/$1/job-mend"
  start "job-$1-mend" "$BASE/$1/job-mend" mend "$(image "$2")" -v "$BASE/$1/old:/var/lib/postgresql/data"
  await "$BASE/$1/job-mend/mend.result.json"
}

# Starts the new cluster with its real settings, asks it, stops it.
sql() {
  podman run -d --name "job-$1-service" --network none --log-driver none -v "$BASE/$1/${CLUSTER:-staging}:$(inner "$2")" "$(image "$2")" >/dev/null
  await_service "job-$1-service"
  printf '%s\n' "$3" | ask "job-$1-service" "${4:-postgres}"
  podman rm -fv -t 30 "job-$1-service" >/dev/null
}

command=$1
shift
if [[ $command != sample && $command != sql ]]; then
  mkdir -p "$BASE/$1"
  [[ -d $BASE/$1/old || $command == build ]] || cp -a --reflink=auto "$BASE/sample-${2}" "$BASE/$1/old"
fi
"$command" "$@"
