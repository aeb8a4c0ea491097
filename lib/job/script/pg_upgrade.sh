#!/usr/bin/env bash
# Builds the new cluster by pg_upgrade, in the new image, from a clone of the old cluster: the clone's files
# become the new cluster's, so nothing is copied twice, and the old cluster itself is only read.
#
# In:  the old mount read-only on /pgladder-old, the old image's root on /pgladder-root, in /pgladder-work an empty
#      old/ and new/, which is empty or has a new cluster of initialise.sh, new/ once more on PGLADDER_MOUNT,
#      PGLADDER_FROM and PGLADDER_TO (majors), PGLADDER_OLD_PGDATA (as the service has it), PGLADDER_OLD_CLUSTER (below
#      its mount), POSTGRES_INITDB_ARGS.
# Out: the cluster in /pgladder-work/new, shut down and synced; fingerprint-old/, fingerprint/.
# Hard links need one mount, hence old/ and new/ below /pgladder-work; servers find the new cluster where the service will.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=server.sh
. "$here/server.sh"
# shellcheck source-path=SCRIPTDIR source=fingerprint.sh
. "$here/fingerprint.sh"
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$here/settings.sh"
# shellcheck source-path=SCRIPTDIR source=new_cluster.sh
. "$here/new_cluster.sh"
# shellcheck source-path=SCRIPTDIR source=old_programs.sh
. "$here/old_programs.sh"
# shellcheck source-path=SCRIPTDIR source=collations.sh
. "$here/collations.sh"
# shellcheck source-path=SCRIPTDIR source=closed.sh
. "$here/closed.sh"

OLD_DATA=/pgladder-work/old/${PGLADDER_OLD_CLUSTER:-}
OLD_DATA=${OLD_DATA%/}
initdb_pid=''

clean_up() {
  [[ ! $initdb_pid ]] || wait "$initdb_pid" 2>/dev/null
  stop_server_anyhow
}

# The new cluster that is made beside the clone.
await_initialised() {
  local code=0
  [[ $initdb_pid ]] || return 0
  wait "$initdb_pid" || code=$?
  initdb_pid=''
  cat "$JOB/initdb.out"
  ((code == 0)) || fail 'The new cluster could not be initialised' "$code"
}

require_ready() {
  # Where the new cluster is while pg_upgrade works on it.
  NEW_DATA=/pgladder-work/new${PGDATA#"${PGLADDER_MOUNT:?}"}
  is_empty /pgladder-work/new || is_fresh "$NEW_DATA" || fail "'/pgladder-work/new' is not an empty directory"
}

# Blocks are shared where the file system can, else copied; the old cluster is not written to.
clone_old() {
  phase clone '' "$(disk_bytes /pgladder-old)" bytes
  await_root 'The old data could not be copied'
}
clone_as_root() {
  is_empty /pgladder-work/old || { echo "'/pgladder-work/old' is not empty" && return 1; }
  cp -a --reflink=auto /pgladder-old/. /pgladder-work/old/ && take_over /pgladder-work/old
}
measure_clone() { disk_bytes /pgladder-work/old; }

# What the old cluster holds, told by its own server on the clone before pg_upgrade takes the files.
read_old() {
  keep_configuration_of_old
  entry=()
  start_old_server
  entry=("${own_entry[@]}")
  phase list
  session_options
  list_databases "$JOB/databases" "${ask_for_stamps[@]}" "${ask_if_closed[@]}"
  also_list() { also=() && also_ask_if_closed "$1" pg_upgrade; }
  list_sizes "$JOB/sizes" "$JOB/databases"
  # Before anything is counted: to plan a query runs what an index calls.
  require_carried
  mkdir "$JOB/subscriptions" "$JOB/members"
  also_ask() {
    also_note_collations "$1"
    also+=(">$JOB/subscriptions/$1" subscriptions.sql ">$JOB/members/$1" members.sql)
  }
  fingerprint "$JOB/fingerprint-old" "$JOB/databases" "$JOB/sizes"
  also_ask() { also=(); }
  fingerprint_configuration "$JOB/fingerprint-old" "$JOB/conf"
  # What is set for all roles at once, which pg_upgrade leaves behind as pg_dumpall does.
  mv "$JOB/everyone.settings.sql" "$JOB/everyone.old.sql"
  # Nothing is read from here on: neither pg_upgrade nor its pg_dump looks at values.
  ! stamps_unknown_to_new || hide_stamps "$JOB/databases"
  phase stop
  stop_server
}

# The clone's files follow its own place, conf/ remembers the service's.
keep_configuration_of_old() {
  bring_in_outside
  keep_configuration
  printf '%s\n' "${PGLADDER_OLD_PGDATA:?}" >"$JOB/conf/pgdata"
  follow_pgdata
  dropped=''
}

# pg_upgrade starts the servers itself, through two shells: what it is told must need no quoting, so our
# settings go into files.
write_settings() {
  local index
  [[ ! -f $PGDATA/postgresql.auto.conf ]] || { cat "$PGDATA/postgresql.auto.conf" && rm "$PGDATA/postgresql.auto.conf"; } >>"$config"
  for ((index = 1; index < ${#private[@]}; index += 2)); do
    [[ ${private[index]} == *=* && ${private[index]%%=*} != config_file && ${private[index]%%=*} != data_directory ]] || continue
    conf_line "${private[index]%%=*}" "${private[index]#*=}"
  done >>"$config"
}

write_new_settings() {
  local kept directory index workers=(-c max_worker_processes=16)
  directory=$(pg_config --pkglibdir 2>/dev/null || in_new_root)
  kept=$(kept_libraries "$directory")
  quiet_workers workers "$kept"
  settle_live_settings "$directory"
  cp -p "$NEW_DATA/postgresql.conf" "$JOB/postgresql.conf.initdb"
  {
    printf '%s = %s\n' huge_pages off autovacuum off jit off max_locks_per_transaction 1024 shared_buffers 128MB \
      max_worker_processes "${workers[-1]#*=}" max_wal_size 4GB wal_recycle off
    # Kept from 17 on: logical slots, and where subscriptions stand.
    printf 'wal_level = logical\nmax_replication_slots = 1024\n'
    ((${PGLADDER_TO:?} < 18)) || printf 'max_active_replication_origins = 1024\n'
    printf "lc_messages = 'C'\nshared_preload_libraries = '%s'\ncron.launch_active_jobs = off\n" "$kept"
    for ((index = 1; index < ${#live_new[@]}; index += 2)); do
      conf_line "${live_new[index]%%=*}" "${live_new[index]#*=}"
    done
  } >>"$NEW_DATA/postgresql.conf"
}

# Debian's postgres packages have no pg_config; the libraries lie beside the programs.
in_new_root() {
  local directory
  directory=$(dirname "$(readlink -f "$(command -v postgres)")")
  [[ -d ${directory%/bin}/lib ]] && printf '%s' "${directory%/bin}/lib" || printf '/usr/local/lib/postgresql'
}

upgrade() {
  local code=0 options=(--no-sync)
  phase pg_upgrade
  ((${PGLADDER_TO:?} >= 15)) || options=()
  cd /pgladder-work
  # Its own connections are as ours: nothing that is set for a role or a database shall reach them, and its pg_dump has
  # no encoding of its own. In this one we have read every schema. Both servers must know what is said.
  PGOPTIONS=$(options_known_in "$PGLADDER_TO") PGCLIENTENCODING=UTF8 run pg_upgrade --link "${options[@]}" --jobs="$PGLADDER_JOBS" --username="$PGUSER" \
    --old-bindir="$WRAPPERS" --new-bindir="$(dirname "$(readlink -f "$(command -v postgres)")")" \
    --old-datadir="$OLD_DATA" --new-datadir="$NEW_DATA" --socketdir=/var/run/postgresql \
    --old-options="-c config_file=$config" --new-options="-c hba_file=$JOB/private_hba.conf" \
    >"$JOB/pg_upgrade.out" 2>&1 || code=$?
  cd "$JOB"
  cat "$JOB/pg_upgrade.out"
  phase_log=$(stat -c %s "$JOB/$job.log")
  ((code == 0)) || fail "pg_upgrade refused: $(reasons)" "$code"
  must mv "$JOB/postgresql.conf.initdb" "$NEW_DATA/postgresql.conf"
  # There may be directories into which not even their owner may look.
  find /pgladder-work/old -type d ! -perm -700 -exec chmod u+rwx {} \;
  rm -rf /pgladder-work/old /pgladder-work/delete_old_cluster.sh "$NEW_DATA/pg_upgrade_output.d" "$NEW_DATA/delete_old_cluster.sh"
}

# What pg_upgrade is at, as it says itself.
measure_pg_upgrade() {
  local line='' lines=() at
  mapfile -t lines <"$JOB/pg_upgrade.out"
  for ((at = ${#lines[@]} - 1; at >= 0; at--)); do
    [[ ! ${lines[at]} =~ ^[A-Z] ]] || { line=${lines[at]%%  *} && break; }
  done
  printf '0\n%s\n' "${line:+\"now\":[[\"pg_upgrade\",$(json_string "$line"),0,0,\"\"]]}"
}

# What it says although it says nothing of the cause.
readonly NO_REASON=' ok$|^(Performing|-----|Checking [^:]*$|$)|Your installation contains|pg_upgrade_output|fails after this point'\
'|^new cluster before continuing|last few lines of|^the probable cause of|^Failure, exiting|^child process exited'

# Its own words, the lists that it wrote into files, and of a log that it only names the errors.
reasons() {
  local file
  grep -avE "$NO_REASON" "$JOB/pg_upgrade.out" | tail -n 12 || true
  while IFS= read -r file; do
    printf '%s: %s\n' "${file##*/}" "$(head -c 600 "$file")"
  done < <(find /pgladder-work "$NEW_DATA/pg_upgrade_output.d" -name '*.txt' 2>/dev/null | sort -u || true)
  while IFS= read -r file; do
    [[ $file == /* ]] || file=/pgladder-work/$file
    [[ ! -f $file ]] || errors_of "$file"
  done < <(sed -nE 's/.*last few lines of "([^"]+)".*/\1/p' "$JOB/pg_upgrade.out" | sort -u)
}

# Each error in a log of psql's or pg_restore's, with its statement: psql writes that one before it, pg_restore
# behind it, among what pg_upgrade adds to every statement.
errors_of() {
  redact <"$1" | grep -avE '^$|^-- For binary upgrade|pg_catalog\.binary_upgrade_' | awk '
    /[Ee]rror:|ERROR:/ && kept < 1 { print before; kept = 10 }
    kept-- > 0
    { before = $0 }'
}

# Version 18 carries statistics along and the rest is few; before it the first stage of them is enough to plan
# by, and the service gathers the others once it runs.
analyze_first() {
  local options=()
  ((${PGLADDER_TO:?} < 18)) || options=(--missing-stats-only)
  PGOPTIONS="$PGOPTIONS -c default_statistics_target=1" analyze_databases "$JOB/databases" "$JOB/sizes" "${options[@]}"
}

main() {
  local analyzed
  root_begins clone_as_root
  begin_job pg_upgrade
  phase prepare
  loading_settings
  require_ready
  wrap_old_programs "${PGLADDER_FROM:?}"
  if ! is_fresh "$NEW_DATA"; then
    # Said beside the log, where it would stand behind what another phase has to say.
    initialise_cluster "$NEW_DATA" >"$JOB/initdb.out" 2>&1 &
    initdb_pid=$!
  fi
  clone_old
  with_old read_old
  phase initialise
  await_initialised
  with_old write_settings
  # What is said for the old server, such as its libraries, is nothing to the new one.
  private_settings
  write_new_settings
  upgrade
  config=''
  bring_configuration
  start_configured "${live_service[@]}" -c fsync=off -c full_page_writes=off -c huge_pages=off
  PGOPTIONS+=" $restoring"
  [[ ! -s $JOB/everyone.old.sql ]] || PGDATABASE=$(any_database) must run_written "$JOB/everyone.old.sql" -v ON_ERROR_STOP=1
  drop_what_was_not_there "$JOB/databases"
  follow_image "$JOB/subscriptions" "$JOB/members"
  drop_public "$JOB/databases" "$JOB/fingerprint-old"
  aside analyze analyze_first &
  analyzed=$!
  fingerprint_new "$JOB/databases" "$JOB/sizes"
  await_aside analyze "$analyzed"
  phase stop
  stop_server
  show_includes
  finish_cluster
  finish_job
}

main
