#!/usr/bin/env bash
# Builds the new cluster from the dump, in the new image: initialises it through the image's entrypoint,
# restores, updates extensions, analyses, writes its fingerprint, carries the configuration over, and
# starts it once more as the service will.
#
# In:  /dump (read-only), an empty directory on PGLADDER_MOUNT with PGDATA in it, conf/ of the dump's job,
#      POSTGRES_INITDB_ARGS.
# Out: the cluster, shut down and synced; fingerprint/.
# A half-made cluster is never gone on with: the next start would take it for a whole one.
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
# shellcheck source-path=SCRIPTDIR source=restore.sh
. "$here/restore.sh"

clean_up() { stop_server_anyhow; }

require_empty() {
  [[ ! -e $PGDATA || ! $(find "$PGDATA" -mindepth 1 -print -quit) ]] ||
    fail "'$PGDATA' is not empty, want an empty directory for the new cluster"
  [[ -s /dump/databases && -s /dump/globals.sql ]] || fail 'There is no dump in /dump'
}

# Nothing here has to survive a crash: a build that did not end is thrown away, and all of it is synced
# before it counts. Of the log nothing is kept that the new cluster would carry along for nothing.
loading_settings() {
  local memory=${PGLADDER_MEMORY_MB:-1024} work
  work=$((memory / 2 / (PGLADDER_JOBS + 1)))
  work=$((work < 64 ? 64 : work > 2000 ? 2000 : work))
  loading=(
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0
    -c max_wal_size=4GB -c checkpoint_timeout=1h -c wal_recycle=off -c wal_buffers=16MB -c huge_pages=off
    -c shared_buffers="$((memory / 4 < 128 ? 128 : memory / 4 > 4096 ? 4096 : memory / 4))MB"
    -c maintenance_work_mem="${work}MB" -c max_parallel_maintenance_workers="$((PGLADDER_JOBS > 1 ? 2 : 0))"
    -c max_worker_processes=16 -c max_locks_per_transaction=1024
  )
  restoring="-c maintenance_work_mem=${work}MB -c synchronous_commit=off"
}

# The image asks for a password; this one is never known. The roles' own come with the globals.
initialise() {
  phase initialise
  unset POSTGRES_USER_FILE POSTGRES_DB_FILE POSTGRES_PASSWORD_FILE POSTGRES_INITDB_ARGS_FILE \
    POSTGRES_INITDB_WALDIR POSTGRES_HOST_AUTH_METHOD
  POSTGRES_PASSWORD=$(head -c 32 /dev/urandom | sha256sum | cut -d' ' -f1)
  export POSTGRES_PASSWORD POSTGRES_USER=$PGUSER POSTGRES_DB=postgres
  launcher=()
  start_server "${loading[@]}"
  unset POSTGRES_PASSWORD
  await_server || fail 'The new cluster could not be initialised'
  session_options
  # A superuser without a password in the old cluster has none in the new one either.
  PGDATABASE=postgres must psql -Xqc 'ALTER ROLE CURRENT_USER PASSWORD NULL'
}

# The libraries that the operator preloads may be needed to restore what stands on them. The first start
# went without: one that is missing would have left a half-made cluster.
preload_libraries() {
  local wanted name kept='' directory
  [[ -f $JOB/conf/postgresql.conf ]] || return 0
  wanted=$(old_libraries)
  [[ $wanted ]] || return 0
  directory=$(PGDATABASE=postgres query libraries.sql)
  for name in ${wanted//,/ }; do
    if [[ -e $directory/${name#\$libdir/} || -e $directory/${name#\$libdir/}.so ]]; then
      kept+=${kept:+,}$name
    else
      say "the library '$name' is not in the new image"
    fi
  done
  [[ $kept ]] || return 0
  phase preload
  stop_server
  start_server "${loading[@]}" -c "shared_preload_libraries=$kept"
  await_server || fail 'The new server did not start with the libraries of the old one'
}

# The old preload list, read out of conf/ by the new server without minding what else stands there.
old_libraries() {
  local file line=''
  for file in "$JOB/conf/postgresql.auto.conf" "$JOB/conf/postgresql.conf"; do
    [[ -f $file ]] || continue
    line=$(grep -aiE '^[[:space:]]*shared_preload_libraries[[:space:]=]' "$file" | tail -n 1) || continue
    break
  done
  sed -E "s/^[^=]*shared_preload_libraries[[:space:]]*=?//I; s/#[^']*$//" <<<"$line" | tr -d "'\" " | tr , '\n' |
    grep -vxE '(.*/)?pg_partman_bgw(\.so)?|' | paste -sd, - || true
}

analyze() {
  phase analyze
  must vacuumdb --all --analyze-only --jobs="$PGLADDER_JOBS" --quiet --maintenance-db="$(any_database)"
}

# Databases are numbered as in the dump; one that is only here is added as a name without a number.
fingerprint_new() {
  local total added
  cp /dump/databases "$JOB/databases"
  total=$(cat /dump/fingerprint/*.rows 2>/dev/null | wc -l) || total=0
  fingerprint "$JOB/fingerprint" "$JOB/databases" "$total"
  added=$(list_databases | cut -d' ' -f4 | grep -vxFf "$JOB/fingerprint/databases") || true
  [[ ! $added ]] || printf '%s\n' "$added" >>"$JOB/fingerprint/databases"
}

# With the operator's configuration, and nobody to talk to: the last word on whether the service will run.
try_configuration() {
  local round report
  phase configure
  [[ -f $JOB/conf/postgresql.conf ]] || return 0
  carry_configuration
  hide_includes
  follow_pgdata
  drop_rejected
  phase try
  for ((round = 0; round < ROUNDS; round++)); do
    phase_log=$(stat -c %s "$JOB/$job.log")
    report=''
    start_server
    if await_server && report=$(PGDATABASE=$(any_database) psql -XAtqc 'SELECT 1' 2>&1); then break; fi
    stop_server_anyhow
    report+=$'\n'$(tail -c +$((phase_log + 1)) "$JOB/$job.log")
    drop_after_start "$report" || fail 'The new server does not start with the old configuration'
  done
  [[ $server ]] || fail "The new server rejects more than $ROUNDS settings"
  stop_server
  show_includes
}

# What a start complained of: a library that is not there, or a setting.
drop_after_start() {
  local library
  library=$(sed -nE 's/.*could not access file "([^"]+)".*/\1/p' <<<"$1" | head -n 1)
  if [[ $library ]] && drop_library "${library#\$libdir/}"; then return 0; fi
  grep -aE 'FATAL|ERROR' <<<"$1" | drop_what_is_named
}

# The files get the modes that the server gives its own; nothing of ours stays.
tidy() {
  local owner file
  owner=$(stat -c %u:%g "$PGDATA")
  for file in $CONF_NAMES; do
    [[ ! -e $PGDATA/$file ]] || { chown "$owner" "$PGDATA/$file" && chmod 600 "$PGDATA/$file"; }
  done
  rm -f "$PGDATA/postmaster.opts"
}

# A PG_VERSION that no server accepts, at the place where the old tag would look for its data.
lay_tombstone() {
  [[ ${PGLADDER_TOMBSTONE:-} ]] || return 0
  local place=${PGLADDER_MOUNT:?}/$PGLADDER_TOMBSTONE
  mkdir -p "$place"
  [[ ! -e $place/PG_VERSION ]] || fail "There is a PG_VERSION in '$place' already"
  printf '%s\n' "${PGLADDER_TOMBSTONE_TEXT:?}" >"$place/PG_VERSION"
}

main() {
  begin_job build
  phase prepare
  require_empty
  private_settings
  loading_settings
  initialise
  preload_libraries
  PGOPTIONS+=" $restoring"
  restore_all
  analyze
  fingerprint_new
  phase stop
  stop_server
  must sync -f "$PGDATA"
  try_configuration
  phase sync
  tidy
  lay_tombstone
  must sync -f "${PGLADDER_MOUNT:?}"
  fact_json settings_dropped "[$dropped]"
  fact_json settings_unchecked "[$unchecked]"
  fact version "$(<"$PGDATA/PG_VERSION")"
  control_facts
  finish_job
}

main
