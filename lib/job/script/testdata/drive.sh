#!/usr/bin/env bash
# Stands in for the controller: starts the job containers by the contract and waits for their results.
# Runs in the rig's host; the tree is in BASE, with job/ and sql/ below it.
#
#   drive.sh sample MAJOR            makes BASE/sample-MAJOR, a cluster that was shut down
#   drive.sh plant CASE MAJOR FILE   makes CASE/old, a small cluster with what FILE of testdata/ says, shut down
#   drive.sh pair CASE MAJOR         makes CASE/old, which follows a publisher that goes on serving, shut down
#   drive.sh follow CASE MAJOR       starts CASE/CLUSTER as its service would, and prints what it has after a while
#   drive.sh dump CASE FROM TO       CASE/old, CASE/dump, CASE/job-dump; with CLONE=1 from a clone
#   drive.sh build CASE TO           CASE/staging, CASE/job-build
#   drive.sh pg_upgrade CASE FROM TO  CASE/old, CASE/staging, CASE/job-pg_upgrade
#   drive.sh mend CASE FROM          CASE/old, CASE/job-mend
#   drive.sh plant_losses CASE TO           CASE/job-plant, which has plant/ already, on a copy of CASE/staging
#   drive.sh sql CASE TO SQL [DATABASE]  starts CASE/staging, or CASE/CLUSTER, as a service would and asks it
# VERIFY, OLD_IMAGE, DATA_MOUNT, AHEAD=1 (the new cluster is initialised ahead) and NO_WAIT=1 come from the environment. Exit 1: a result says that it failed.
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
    -e TZ=Asia/Tokyo -e PGTZ=Asia/Tokyo -e PGDATESTYLE=German -e PGLADDER_RUN=r1 -e PGLADDER_ATTEMPT=1 -e PGLADDER_JOBS=2 -e "PGLADDER_SUPERUSER=${SUPERUSER:-postgres}" \
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

# Initialised where the container has a time zone, as hosts give it to theirs; PLANT_OPTIONS are the server's own.
plant() {
  local data=$BASE/$1/old name=job-$1-plant
  mkdir -p "$data"
  # shellcheck disable=SC2086 # Words they are.
  podman run -d --name "$name" --network none --log-driver none -e POSTGRES_PASSWORD=pw -e TZ=Europe/Berlin -e PGTZ=Asia/Tokyo \
    -v "$data:/var/lib/postgresql/data" "$(image "$2")" postgres ${PLANT_OPTIONS:-} >/dev/null
  await_service "$name"
  ask "$name" postgres <"$BASE/script/testdata/$3" >/dev/null
  podman stop -t 60 "$name" >/dev/null
  podman rm -v "$name" >/dev/null
}

PUBLISHED='CREATE TABLE nokey (a int); CREATE TABLE keyed (a int PRIMARY KEY); CREATE TABLE "odd ""n" (a int)'
COUNTS="SELECT string_agg(n::text, ' ') FROM (SELECT count(*) AS n FROM nokey UNION ALL SELECT count(*) FROM keyed UNION ALL SELECT count(*) FROM \"odd \"\"n\") AS t"

# publish CASE COUNT: so many rows more at the publisher.
publish() {
  ask "job-$1-publisher" postgres <<<"INSERT INTO nokey SELECT generate_series(1, $2); INSERT INTO keyed SELECT n + $2 * 1000 FROM generate_series(1, $2) AS n; INSERT INTO \"odd \"\"n\" SELECT generate_series(1, $2)"
}

# await_rows CASE CONTAINER: until it has what the publisher has, for at most so long; prints both.
await_rows() {
  local turn has wants
  for ((turn = 0; turn < 150; turn++)); do
    wants=$(ask "job-$1-publisher" postgres <<<"$COUNTS")
    has=$(ask "$2" postgres <<<"$COUNTS")
    [[ $has != "$wants" ]] || break
    sleep 0.2
  done
  # What is doubled comes later than what is not.
  sleep 2
  printf '%s\n%s\n' "$wants" "$(ask "$2" postgres <<<"$COUNTS")"
}

follower() {
  podman run -d --name "job-$1-follower" --network none --log-driver none -e POSTGRES_PASSWORD=pw -v "$BASE/$1/wire:/wire" \
    -v "$BASE/$1/$2:$(inner "$3")" "$(image "$3")" postgres -c wal_level=logical >/dev/null
  await_service "job-$1-follower"
}

pair() {
  mkdir -p "$BASE/$1/old" "$BASE/$1/wire"
  chmod 777 "$BASE/$1/wire"
  podman run -d --name "job-$1-publisher" --network none --log-driver none -e POSTGRES_HOST_AUTH_METHOD=trust -v "$BASE/$1/wire:/wire" \
    "$(image "$2")" postgres -c wal_level=logical -c unix_socket_directories=/var/run/postgresql,/wire >/dev/null
  await_service "job-$1-publisher"
  follower "$1" old "$2"
  ask "job-$1-publisher" postgres <<<"$PUBLISHED; CREATE PUBLICATION every FOR ALL TABLES"
  publish "$1" 100
  ask "job-$1-follower" postgres <<<"$PUBLISHED;"
  ask "job-$1-follower" postgres <<<"SET client_min_messages = warning; CREATE SUBSCRIPTION \"sub \"\"s\" CONNECTION 'host=/wire user=postgres dbname=postgres' PUBLICATION every WITH (slot_name = 'sub')"
  await_rows "$1" "job-$1-follower"
  publish "$1" 10
  await_rows "$1" "job-$1-follower"
  podman rm -fv -t 60 "job-$1-follower" >/dev/null
  # The publisher goes on while the other is upgraded.
  publish "$1" 11
}

follow() {
  follower "$1" "${CLUSTER:-staging}" "$2"
  await_rows "$1" "job-$1-follower"
  publish "$1" 12
  await_rows "$1" "job-$1-follower"
  podman rm -fv -t 60 "job-$1-follower" >/dev/null
  podman rm -fv -t 60 "job-$1-publisher" >/dev/null
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
  [[ ! ${AHEAD:-} ]] || initialise "$1" "$2"
  [[ ! -d $case/job-dump/conf ]] || cp -a "$case/job-dump/conf" "$case/job-build/conf"
  start "job-$1-build" "$case/job-build" build "$(image "$to")" -e "PGLADDER_MOUNT=$mount" -v "$case/staging:$mount" \
    -v "$case/dump:/dump:ro" -v "$case/empty:/docker-entrypoint-initdb.d" \
    -e "POSTGRES_INITDB_ARGS=$INITDB_ARGS"
  await "$case/job-build/build.result.json"
}

INITDB_ARGS='--encoding=UTF8 --locale=en_US.utf8 --data-checksums'
# As the controller does before the downtime.
initialise() {
  local case=$BASE/$1 mount
  mount=$(inner "$2")
  make_job "$case/job-initialise"
  start "job-$1-initialise" "$case/job-initialise" initialise "$(image "$2")" -e "PGLADDER_MOUNT=$mount" -v "$case/staging:$mount" \
    -e PGLADDER_NOTE=1 -e "POSTGRES_INITDB_ARGS=$INITDB_ARGS"
  await "$case/job-initialise/initialise.result.json"
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

plant_losses() {
  local case=$BASE/$1 mount
  mount=$(inner "$2")
  make_job "$case/job-plant"
  cp "$BASE/script/testdata/plant.sh" "$case/job-plant"
  cp -a --reflink=auto "$case/staging" "$case/planted"
  start "job-$1-plant" "$case/job-plant" plant "$(image "$2")" -v "$case/planted:$mount"
  # Ninety databases.
  PATIENCE=900 await "$case/job-plant/plant.result.json"
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
if [[ $command != sample && $command != sql && $command != plant && $command != pair && $command != follow ]]; then
  mkdir -p "$BASE/$1"
  [[ -d $BASE/$1/old || $command == build || $command == plant_losses ]] || cp -a --reflink=auto "$BASE/sample-${2}" "$BASE/$1/old"
fi
"$command" "$@"
