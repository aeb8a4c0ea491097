#!/usr/bin/env bash
# What every new cluster goes through, whichever way its data came: the settings while it is filled, the
# libraries and the configuration of the old one, its fingerprint, and the last touches.

# Nothing here has to survive a crash: a build that did not end is thrown away, and all of it is synced
# before it counts. Of the log nothing is kept that the new cluster would carry along for nothing.
loading_settings() {
  local memory work helpers=0
  share_memory
  # Two jobs keep two processors busy: helpers for one index then take time from the other (a restore of 1.5 GiB
  # took 19.8 s without them and 25.7 s with them).
  ((PGLADDER_JOBS <= 2)) || helpers=2
  loading=(
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0
    -c max_wal_size=4GB -c checkpoint_timeout=1h -c wal_recycle=off -c wal_buffers=16MB -c huge_pages=off
    -c shared_buffers="$((memory / 4 < 128 ? 128 : memory / 4 > 1024 ? 1024 : memory / 4))MB"
    -c maintenance_work_mem="${work}MB" -c max_parallel_maintenance_workers="$helpers"
    -c max_worker_processes=16 -c max_locks_per_transaction=1024 -c max_replication_slots=1024
  )
  (($(postgres_major) < 18)) || loading+=(-c max_active_replication_origins=1024)
  restoring="-c maintenance_work_mem=${work}MB -c synchronous_commit=off"
}

# Of the image's own server.
postgres_major() {
  local said major
  said=$(postgres --version)
  said=${said##*) }
  digits major "${said%%[.a-z]*}"
  printf '%s' "$major"
}

# initialise_cluster DIRECTORY: as the old cluster was, by the server's own program. The image's entrypoint
# would sync it, start a server on it and fill it; the line that it adds for clients from elsewhere is added here, too.
initialise_cluster() {
  local data=$1 method=scram-sha-256 major
  eval "set -- ${POSTGRES_INITDB_ARGS:-}"
  mkdir -p "$data"
  chmod 0700 "$data"
  initdb -D "$data" --username="$PGUSER" --no-sync "$@" || return
  digits major "$(<"$data/PG_VERSION")"
  ((major >= 14)) || method=md5
  printf '\nhost all all all %s\n' "$method" >>"$data/pg_hba.conf"
}

# is_fresh DIRECTORY: it was initialised ahead, and no server has run there: each leaves its options behind.
is_fresh() { [[ -f $1/PG_VERSION && -f $1/global/pg_control && ! -e $1/postmaster.opts ]]; }

# kept_libraries DIRECTORY: those of the old preload list that the new image has, comma separated.
kept_libraries() { libraries_in "$1" "${live_value[shared_preload_libraries]:-$(old_libraries)}"; }

# The old preload list, read out of conf/ without minding what else stands there.
old_libraries() {
  local file line=''
  [[ -f $JOB/conf/postgresql.conf ]] || return 0
  for file in "$JOB/conf/postgresql.auto.conf" "$JOB/conf/postgresql.conf"; do
    [[ -f $file ]] || continue
    line=$(grep -aiE '^[[:space:]]*shared_preload_libraries[[:space:]=]' "$file" | tail -n 1) || continue
    break
  done
  [[ $line ]] || return 0
  sed -E "s/^[^=]*shared_preload_libraries[[:space:]]*=?//I; s/#[^']*$//" <<<"$line"
}

# settle_databases LIST SUBSCRIPTIONS MEMBERS: in every database of LIST, in one session each, the extensions as this image
# has them, what the hook also_settle asks for, and what no pg_dump tells of subscriptions and of what extensions have
# brought: files in these directories, by the line's number, which dumps of former versions have not.
settle_databases() {
  phase extensions '' "$(lines_in "$1")" databases
  databases_beside "$1" every settle_database "${@:2}"
}
measure_extensions() { beside_done; }
also_settle() { also=(); }
settle_database() {
  local words
  also_settle
  words=(extensions.sql "${also[@]}")
  [[ ! -s $1/$number ]] || words+=("subscriptions=$1/$number" keep_subscriptions.sql)
  [[ ! -s $2/$number ]] || words+=("members=$2/$number" keep_members.sql)
  with_own_time_zone must query "${words[@]}"
}

# drop_public LIST FINGERPRINT: every new database has a schema "public"; where the old one had dropped it, it goes again.
drop_public() {
  local kept fingerprint=$2
  # It may belong to an extension.
  kept=" $(grep -laE '^\["schema", "", "public", |^\["member", ".*", "public", "schema"\]$' "$fingerprint"/*.catalog 2>/dev/null | paste -sd' ' || true) "
  each_database "$1" lacks_public must psql -Xqc 'DROP SCHEMA IF EXISTS public'
}
lacks_public() { [[ -f $fingerprint/$number.catalog && $kept != *" $fingerprint/$number.catalog "* ]]; }

# analyze_databases LIST SIZES OPTION…: every database of LIST, as the tables of SIZES tell.
analyze_databases() {
  local sizes=$2 total before=0
  total=$(lines_in "$2"/*)
  each_database "$1" is_big analyze_big "${@:3}"
  phase analyze '' "$total" tables '' "$before"
  databases_beside "$1" is_small analyze_small "${@:3}"
}
analyze_big() {
  phase analyze "$name" "$total" tables "$word" "$before"
  analyze_small "$@"
  before=$((before + weight))
}
analyze_small() {
  weight=$(lines_in "$sizes/$number")
  # What is few in a database without tables is left to the service.
  [[ -s $sizes/$number || -s $JOB/fingerprint-old/$number.rows ]] || return 0
  # Dumps of former versions have flags there.
  [[ $encoding != - && $encoding != template ]] || encoding=auto
  PGCLIENTENCODING=$encoding analyze_database "$(jobs_for "$bytes")" "$@"
}
# analyze_database JOBS OPTION…: no foreign server is to be asked, which nobody could reach.
analyze_database() {
  local foreign='' missing=0 number pid pids=() code=0
  # A program of its own is worth its start where there are jobs to share out.
  if (($1 > 1 || $# > 1)); then
    foreign=$(query foreign_children.sql) || fail "'$PGDATABASE' was not asked for its foreign tables"
  fi
  if [[ $foreign == f ]]; then
    must vacuumdb --analyze-only --jobs="$1" --quiet "${@:2}" --dbname="$(connection_to "$PGDATABASE")"
    return
  fi
  [[ " ${*:2} " != *' --missing-stats-only '* ]] || missing=1
  for ((number = 0; number < $1; number++)); do
    query analyze.sql missing="$missing" jobs="$1" job="$number" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || code=$?; done
  ((code == 0)) || fail "The tables of '$PGDATABASE' were not analyzed" "$code"
}
measure_analyze() {
  local lines=() analyzed
  [[ $1 ]] || { beside_done && return; }
  mapfile -t lines < <(ask_progress "$1" at_work.sql)
  IFS='|' read -r _ _ analyzed _ <<<"${lines[0]:-0|0|0|0}"
  printf '%s\n' "${analyzed:-0}" "${lines[1]:+\"now\":${lines[1]}}"
}

# fingerprint_new LIST SIZES: databases are numbered as in LIST, the old cluster's; one that is only here is
# added as a name without a number.
fingerprint_new() {
  local added
  list_databases "$JOB/databases.new"
  fingerprint "$JOB/fingerprint" "$1" "$2"
  added=$(cut -d' ' -f4 <"$JOB/databases.new" | grep -vxFf "$JOB/fingerprint/databases") || true
  [[ ! $added ]] || printf '%s\n' "$added" >>"$JOB/fingerprint/databases"
}

# drop_what_was_not_there LIST: a cluster whose operator dropped `postgres` shall not get it back.
drop_what_was_not_there() {
  # Not "grep -q": it would end cut by a signal, and that would look like a database that is not there.
  if ! cut -d' ' -f4 "$1" | grep -x "$(printf postgres | base64)" >/dev/null; then
    PGDATABASE=template1 must psql -Xqc 'DROP DATABASE postgres'
    known_database=template1
  fi
}

# The operator's configuration in the new data directory, without what the new server rejects.
bring_configuration() {
  phase configure
  [[ -f $JOB/conf/postgresql.conf ]] || return 0
  carry_configuration
  hide_includes
  follow_pgdata
  drop_rejected
  keep_origins
}

# Names of what was changed in the configuration, as the result lists it.
# shellcheck disable=SC2154 # `dropped` is settings.sh's.
told() { { grep -oE '"name":"[^"]*"' <<<"$dropped" || true; } | cut -d'"' -f4 | tr A-Z a-z | sort -u | paste -sd, -; }

# The operator's own lines stand behind ours, where they let nobody in and are read all the same: a server does not
# start on one that it does not understand. What names further files would look for them beside ours, and a RADIUS
# server is looked up as the file is read, in vain without a network.
try_access() {
  [[ -f $JOB/conf/pg_hba.conf ]] || return 0
  # In remarks both are allowed: the sample that every file begins as speaks of them.
  ! grep -aqE '^[[:space:]]*([^#[:space:]].*(@|radius)|include)' "$JOB/conf/pg_hba.conf" || return 0
  cat "$JOB/conf/pg_hba.conf" >>"$JOB/private_hba.conf"
}

# start_configured SETTING…: with the operator's configuration, and nobody to talk to: the last word on
# whether the service will run.
start_configured() {
  # shellcheck disable=SC2034 # By its name.
  local round report service=("$@")
  phase try
  try_access
  tell_by_file service
  quiet_workers private "${live_value[shared_preload_libraries]:-$(configured shared_preload_libraries || true)}"
  for ((round = 0; round < ROUNDS; round++)); do
    phase_log=$(stat -c %s "$JOB/$job.log")
    rm -f "$JOB/refused"
    start_server "${service[@]}"
    if await_server && find_database; then
      session_options
      fingerprint_configuration "$JOB/fingerprint" "$PGDATA" "$(told)"
      return
    fi
    stop_server_anyhow
    report=$(cat "$JOB/refused" 2>/dev/null)$'\n'$(tail -c +$((phase_log + 1)) "$JOB/$job.log")
    ! grep -aqE 'could not load (.*/)?[a-z]+_hba.conf' <<<"$report" ||
      fail "The new server does not understand pg_hba.conf:$(lines_of_access <<<"$report")"
    drop_after_start "$report" || fail 'The new server does not start with the old configuration'
  done
  fail "The new server rejects more than $ROUNDS settings"
}

# What the server says of lines of pg_hba.conf, by their numbers in the operator's own file: pgladder's own line stands before.
lines_of_access() {
  awk '
    /LOG: / { said = $0; sub(/.*LOG: +/, "", said) }
    # Our server has no TLS, so lines for it are told, too, and taken.
    /CONTEXT: +line [0-9]+ of configuration file/ && said !~ /record cannot match/ {
      number = $0; sub(/.*CONTEXT: +line /, "", number)
      printf "%s line %d: %s", between, number - 1, said; between = ";"
    }'
}

# What a start complained of: a library that is not there, or a setting.
drop_after_start() {
  local library
  library=$(sed -nE 's/.*could not access file "([^"]+)".*/\1/p' <<<"$1" | head -n 1)
  if [[ $library ]] && drop_library "${library#\$libdir/}"; then return 0; fi
  grep -aE 'FATAL|ERROR' <<<"$1" | drop_what_is_named
}

# finish_cluster: the files get the modes that the server gives its own, nothing of pgladder's stays, all of it is on
# the disk, and the result says what it is.
finish_cluster() {
  local file
  phase sync
  for file in $CONF_NAMES; do
    [[ ! -e $PGDATA/$file ]] || chmod 600 "$PGDATA/$file"
  done
  rm -f "$PGDATA/postmaster.opts"
  lay_tombstone
  must sync -f "${PGLADDER_MOUNT:?}"
  fact_json settings_dropped "[$dropped]"
  fact_json settings_unchecked "[$unchecked]"
  fact version "$(<"$PGDATA/PG_VERSION")"
  control_facts
}

# A PG_VERSION that no server accepts, at the place where the old tag would look for its data.
lay_tombstone() {
  [[ ${PGLADDER_TOMBSTONE:-} ]] || return 0
  local place=${PGLADDER_MOUNT:?}/$PGLADDER_TOMBSTONE
  mkdir -p "$place"
  [[ ! -e $place/PG_VERSION ]] || fail "There is a PG_VERSION in '$place' already"
  printf '%s\n' "${PGLADDER_TOMBSTONE_TEXT:?}" >"$place/PG_VERSION"
}
