#!/usr/bin/env bash
# Asks the old cluster, which nothing serves, what only a server can tell; its own image starts it, replays its log
# where it was not shut down, and stops it cleanly.
#
# In:  the old data directory where the service has it (PGDATA), or with PGLADDER_CLONE=1 the old mount
#      read-only on /pgladder-old and an empty directory of the same file system on PGLADDER_MOUNT.
# Out: answers: a line of JSON of the cluster, one of the settings in its files, one of how it was found, and one of each
#      database that can be connected to.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=server.sh
. "$here/server.sh"
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$here/settings.sh"
# shellcheck source-path=SCRIPTDIR source=fingerprint.sh
. "$here/fingerprint.sh"
# shellcheck source-path=SCRIPTDIR source=clone.sh
. "$here/clone.sh"

clean_up() {
  ! blames_data "$(tail -c +$((phase_log + 1)) "$JOB/$job.log")" || fact_json refused true
  stop_server_anyhow
  restore_mode
  restore_options
  remove_clone
}

# What stops a server on any data whatsoever, and is gone once somebody has made room.
readonly SCARCE='No space left on device|[Qq]uota exceeded|Cannot allocate memory|[Oo]ut of memory|by signal 9'\
'|could not (map anonymous|create) shared memory|could not fork|Too many open files|Read-only file system'\
'|Input/output error|temporarily unavailable'
# blames_data LOG: whether a server has said itself that it cannot serve these data: as it started, or to who connected
# to a database, or read it.
blames_data() {
  # So it answers who asks it before it has started.
  local log=${1//FATAL:  the database system is/}
  [[ $log =~ (ERROR|FATAL|PANIC):\ \  && ! $log =~ $SCARCE ]]
}

# A server that cannot start on the data themselves has written down what it was started with, and nothing else.
options_kept=false
keep_options() {
  [[ ! -f $PGDATA/postmaster.opts ]] || cp -p "$PGDATA/postmaster.opts" "$JOB/postmaster.opts"
  options_kept=true
}
restore_options() {
  [[ $options_kept == true ]] || return 0
  rm -f "$PGDATA/postmaster.opts"
  [[ ! -f $JOB/postmaster.opts ]] || cp -p "$JOB/postmaster.opts" "$PGDATA/postmaster.opts"
}

# ask DATABASE SQL: one answer, which is one line.
ask() {
  local said
  said=$(PGDATABASE=$1 PGCLIENTENCODING=UTF8 psql -XAtqwc "$2") || fail "The old server does not answer in database '$1'"
  [[ $said && $said != *$'\n'* ]] || fail "The old server answered what is no line in database '$1'"
  printf '%s\n' "$said"
}

# as_line FILE…: each is one question; their answers as one object without a line break.
as_line() {
  local file out=''
  for file; do out+=${out:+ || }"(
$(<"$JOB/$file")
)::jsonb"; done
  printf 'select %s' "$out"
}

# Databases that another library has sorted than the one of this image; before 15 none remembers it.
sorted() {
  ((known_version < 150000)) || PGDATABASE=$known_database query sorting.sql | paste -sd,
}

# ask_all STATE: how the cluster was found.
ask_all() {
  local word name jit='set jit = off;' questions other unlogged_tables='{}'
  ((known_version >= 110000)) || jit=''
  questions="$jit $(<"$JOB/room.sql") $(as_line database_facts.sql carried_facts.sql loaded_facts.sql pathless_facts.sql)"
  ask "$known_database" "$(as_line live_facts.sql)"
  ask "$known_database" "$(as_line file_settings.sql)"
  # After the replay of its log unlogged tables are empty, whatever they held: they can only be named.
  [[ $1 == 'shut down' ]] || list_unlogged "$JOB/databases"
  other=$(sorted) || fail "The old server does not say by which library text is sorted"
  printf '{"before":%s,"unlogged":%s,"sorted":[%s]}\n' "$(json_string "$1")" "$unlogged_tables" "$other"
  while read -r _ _ _ word; do
    name_of "$word"
    ask "$name" "$questions"
  done <"$JOB/databases"
}

main() {
  local state
  [[ ${PGLADDER_CLONE:-} != 1 ]] || root_begins clone_as_root
  begin_job ask
  [[ ${PGLADDER_CLONE:-} != 1 ]] || make_clone
  phase recover
  require_cluster
  state=$(control_field 'Database cluster state')
  remember_mode
  keep_options
  start_old_server
  phase ask
  session_options
  list_databases "$JOB/databases"
  ask_all "$state" >"$JOB/answers"
  phase stop
  stop_server
  restore_mode
  restore_options
  must sync -f "$PGDATA"
  control_facts
  require_untouched
  remove_clone
  finish_job
}

main
