#!/usr/bin/env bash
# A private server in this container: reachable over the socket directory alone, and inert. It archives
# nothing, follows nobody, runs no jobs of the operator's.

# shellcheck source-path=SCRIPTDIR source=live_settings.sh
. "${here:?}/live_settings.sh"

server=''
# The configuration file that our server reads; empty for the one in PGDATA.
config=''
# A server that replays its log may take long; only one that makes no sign for this long is given up.
readonly START_SECONDS=$((6 * 3600))
readonly STOP_SECONDS=3600

# Settings of every private server, whatever the operator's configuration says.
private_settings() {
  printf 'local all all trust\n' >"$JOB/private_hba.conf"
  : >"$JOB/private_ident.conf"
  private=(
    -c listen_addresses= -c port=5432 -c unix_socket_directories=/var/run/postgresql
    -c unix_socket_permissions=0700 -c unix_socket_group=
    -c hba_file="$JOB/private_hba.conf" -c ident_file="$JOB/private_ident.conf" -c ssl=off
    -c archive_mode=off -c max_logical_replication_workers=0 -c synchronous_standby_names=
    -c autovacuum=off -c jit=off -c restart_after_crash=off -c lc_messages=C
    -c logging_collector=off -c log_destination=stderr -c "log_line_prefix=server %m [%p] "
    -c log_min_messages=warning -c log_statement=none -c log_min_duration_statement=-1
    -c log_min_error_statement=panic -c log_duration=off -c log_connections=off -c log_disconnections=off
    -c timescaledb.max_background_workers=0 -c squeeze.worker_autostart=
    -c auto_explain.log_min_duration=-1 -c pgaudit.log=none
    -c cron.launch_active_jobs=off -c cron.use_background_workers=off -c cron.host=/nonexistent
  )
}

# The value of a setting as the files have it.
configured() { postgres -C "$1" -D "$PGDATA" ${config:+-c config_file="$config"} 2>/dev/null; }

# at_least NAME NUMBER WORD: so many, or as many as the last server had, which the control file's line `WORD setting`
# remembers: no file may say so, but the container's command, and to ask the server's program takes longer.
at_least() {
  local value
  value=$(control_field "$3 setting") || value=''
  digits value "$value"
  private+=(-c "$1=$((value > $2 ? value : $2))")
}

# may_set NAME: whether the configuration could set it, by this file or by one that it includes.
may_set() {
  grep -aiqE "^[[:space:]]*($1|include(_dir|_if_exists)?)([[:space:]]|=)" "$config" ||
    { [[ -f $PGDATA/postgresql.auto.conf ]] && grep -aiqE "^[[:space:]]*$1([[:space:]]|=)" "$PGDATA/postgresql.auto.conf"; }
}

# libraries DROPPED…: the operator's preload list without those, comma separated.
libraries() {
  local list name unwanted kept=''
  list=${live_value[shared_preload_libraries]:-}
  [[ $list ]] || list=$(configured shared_preload_libraries) || return 0
  IFS=', ' read -ra list <<<"${list//\"/}"
  for name in "${list[@]}"; do
    for unwanted; do [[ ${name##*/} != "$unwanted" && ${name##*/} != "$unwanted.so" ]] || continue 2; done
    kept+=${kept:+,}$name
  done
  printf '%s' "$kept"
}

# What prepares the image's own surroundings; a script that has no use for that leaves it out. We are the data's owner
# here, so it neither gives files away nor steps down. Other vendors' images have none of that name.
own_entry=()
! command -v docker-entrypoint.sh >/dev/null || own_entry=(docker-entrypoint.sh)
entry=("${own_entry[@]}")

# Libraries of which it is known that they start no worker of their own.
readonly WITHOUT_WORKERS='auth_delay auto_explain credcheck hypopg passwordcheck pgaudit pg_hint_plan pg_qualstats'\
' pg_stat_kcache pg_stat_monitor pg_stat_statements plpgsql_check safeupdate sepgsql set_user supautils'
# quiet_workers ARRAY LIBRARIES: puts a setting into the array, by which no library has a worker in our server: it would
# do the operator's jobs there, such as to drop chunks of a table.
quiet_workers() {
  local -n settings=$1
  local name names
  IFS=', ' read -ra names <<<"${2//[\'\"]/}"
  for name in "${names[@]}"; do
    name=${name##*/}
    [[ " $WITHOUT_WORKERS " != *" ${name%.so} "* ]] || continue
    say "$name may have workers: none is let start"
    settings+=(-c max_worker_processes=0)
    return
  done
}

# Puts into `memory` and `work` MiB: what the job may take, and what each of its sessions may build an index with.
share_memory() {
  digits memory "${PGLADDER_MEMORY_MB:-}" 1024
  work=$((memory / 2 / (PGLADDER_JOBS + 1)))
  work=$((work < 64 ? 64 : work > 2000 ? 2000 : work))
}

# start_server SETTING…: in the background; the entrypoint execs, so its PID becomes the server's.
start_server() {
  rm -f /var/run/postgresql/.s.PGSQL.5432 /var/run/postgresql/.s.PGSQL.5432.lock
  env -u LC_ALL -u LC_MESSAGES "${entry[@]}" postgres "${private[@]}" "$@" &
  server=$!
}

# Whether the server takes connections, as its own PID file says; before version 10 that had no such line. The
# entrypoint's temporary server has another PID.
is_ready() {
  local lines=()
  mapfile -t lines <"$PGDATA/postmaster.pid" || return 1
  [[ ${lines[0]:-} == "$server" ]] || return 1
  [[ ${lines[7]:-} == ready* ]] || { [[ $(<"$PGDATA/PG_VERSION") == 9.* ]] && pg_isready -q -t 5; }
} 2>/dev/null

# Waits until the server answers. Returns 1 when it died.
await_server() {
  local began=$SECONDS
  while ((SECONDS - began < START_SECONDS)); do
    kill -0 "$server" 2>/dev/null || { server=''; return 1; }
    ! is_ready || return 0
    sleep 0.05
  done
  fail "The server did not answer within $START_SECONDS seconds"
}

# Stops the server and requires that it ends well and leaves a cluster that is shut down.
stop_server() {
  local code=0 state
  kill -INT "$server"
  wait "$server" || code=$?
  server=''
  ((code == 0)) || fail "The server stopped with $code" "$code"
  state=$(control_field 'Database cluster state')
  [[ $state == 'shut down' ]] || fail "The cluster is in the state '$state', want 'shut down'"
}

# However the job ends, no server may be left; called from the EXIT trap, so it never fails.
stop_server_anyhow() {
  local began=$SECONDS
  [[ $server ]] || return 0
  # Again and again: before the entrypoint has become the server it ignores this signal.
  while kill -INT "$server" 2>/dev/null && ((SECONDS - began < STOP_SECONDS)); do sleep 0.5; done
  ! kill -QUIT "$server" 2>/dev/null || wait "$server" || true
  server=''
}

# control_field NAME: of what pg_controldata says, which control_facts has asked for once.
control_field() {
  local said=${control:-} rest
  [[ $said ]] || said=$(LC_ALL=C pg_controldata -D "$PGDATA")
  [[ $said == *"$1: "* ]] || return 1
  rest=${said#*"$1: "}
  rest=${rest%%$'\n'*}
  printf '%s' "${rest#"${rest%%[! ]*}"}"
}

# The evidence of a stopped cluster.
control_facts() {
  local control
  control=$(LC_ALL=C pg_controldata -D "$PGDATA")
  fact control_sha256 "$(sha256sum <"$PGDATA/global/pg_control" | cut -d' ' -f1)"
  fact system_identifier "$(control_field 'Database system identifier')"
  fact checkpoint "$(control_field 'Latest checkpoint location')"
  fact next_xid "$(control_field "Latest checkpoint's NextXID")"
  fact state "$(control_field 'Database cluster state')"
}

# A directory without a plain number in PG_VERSION would be initialised, or is closed: neither is ours.
require_cluster() {
  local version=''
  [[ ! -f $PGDATA/PG_VERSION ]] || read -r version <"$PGDATA/PG_VERSION" || true
  [[ $version =~ ^[0-9]+$ ]] || fail "There is no cluster in '$PGDATA': its PG_VERSION says '$version', want a number"
  [[ -f $PGDATA/global/pg_control ]] || fail "There is no cluster in '$PGDATA': global/pg_control is missing"
  if [[ -e $PGDATA/standby.signal || -e $PGDATA/recovery.signal || -e $PGDATA/recovery.conf ]]; then
    refuse "The cluster in '$PGDATA' is a standby or in recovery, want a primary"
  fi
  fact version "$version"
}

# The operator's PID file is not ours to write; an empty value is none that the server takes.
hide_pid_file() {
  may_set external_pid_file || return 0
  [[ ! $(configured external_pid_file) ]] || private+=(-c external_pid_file=/var/run/postgresql/private.pid)
}

# require_no_pipes DIRECTORY: a server that opens one, or a link to one, waits until somebody writes into it, and nobody
# will. One that no server opens may lie there.
require_no_pipes() {
  local found
  found=$(find "$1" -xtype p \( -path "$1/base/*" -o -path "$1/global/*" -o -path "$1/pg_*/*" -o -path "$1/*.signal" \
    -o -path "$1/backup_label" -o -path "$1/tablespace_map" -o -path "$1/recovery.conf" -o -path "$1/postmaster.*" \
    -o -path "$1/PG_VERSION" -o -path "$1/postgresql.auto.conf" \) \
    -print -quit 2>/dev/null) || true
  [[ ! $found ]] || fail "There is a named pipe in the data, for which a server would wait without end: '$found'. Remove it"
}

# The old cluster's private server. It keeps the operator's configuration, because a cluster may need its
# libraries, its prepared transactions or its lock table to start and to be dumped.
# start_old_server SETTING…
start_old_server() {
  local control kept
  require_no_pipes "$PGDATA"
  control=$(LC_ALL=C pg_controldata -D "$PGDATA")
  read_live_settings
  private_settings
  private_configuration
  tell_by_file live_old "$config"
  private=("${live_old[@]}" "${private[@]}")
  private+=(-c config_file="$config" -c data_directory="$PGDATA" -c shared_buffers=128MB -c huge_pages=off)
  hide_pid_file
  at_least max_locks_per_transaction 1024 max_locks_per_xact
  at_least max_connections 100 max_connections
  # Without room for those that are prepared no server starts, and nobody tells of them.
  at_least max_prepared_transactions 0 max_prepared_xacts
  if [[ ${live_value[shared_preload_libraries]:-} ]] || may_set shared_preload_libraries && [[ ,$(libraries), != ,, ]]; then
    kept=$(libraries pg_cron pg_partman_bgw)
    private+=(-c "shared_preload_libraries=$kept")
    quiet_workers private "$kept"
  fi
  start_server "$@"
  await_server || fail 'The old server did not start'
}

# The entrypoint sets the directory's mode; a cluster that its group may read shall stay so.
remember_mode() { mode=$(stat -c %a "$PGDATA"); }
restore_mode() { [[ ! ${mode:-} ]] || chmod "$mode" "$PGDATA"; }
