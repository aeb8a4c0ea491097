#!/usr/bin/env bash
# Builds the new cluster from the dump, in the new image: initialises it, restores, updates extensions, analyses, writes
# its fingerprint, carries the configuration over, and starts it once more as the service will.
#
# In:  /dump (read-only), on PGLADDER_MOUNT an empty directory or a new cluster of initialise.sh, with PGDATA in it,
#      conf/ of the dump's job, POSTGRES_INITDB_ARGS.
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
# shellcheck source-path=SCRIPTDIR source=new_cluster.sh
. "$here/new_cluster.sh"
# shellcheck source-path=SCRIPTDIR source=restore.sh
. "$here/restore.sh"
# shellcheck source-path=SCRIPTDIR source=matviews.sh
. "$here/matviews.sh"

clean_up() { stop_server_anyhow; }

require_empty() {
  [[ ! -e $PGDATA ]] || is_empty "$PGDATA" || is_fresh "$PGDATA" ||
    fail "'$PGDATA' is not empty, want an empty directory for the new cluster"
  [[ -s /dump/databases && -s /dump/globals.sql ]] || fail 'There is no dump in /dump'
}

# Without a password for the superuser: the roles' own come with the globals.
initialise() {
  phase initialise
  unset POSTGRES_USER_FILE POSTGRES_DB_FILE POSTGRES_PASSWORD_FILE POSTGRES_INITDB_ARGS_FILE \
    POSTGRES_INITDB_WALDIR POSTGRES_HOST_AUTH_METHOD
  is_fresh "$PGDATA" || run initialise_cluster "$PGDATA" ||
    fail 'The new cluster could not be initialised'
  read_live_settings
  start_server "${loading[@]}"
  await_server || fail 'The new cluster does not start'
  session_options
}

# What is restored goes to the disk while the rest is read and indexed, so that the sync at the end has little left
# to do. A rehearsal leaves the disk to the service.
write_back() {
  [[ ! -d $LEASE ]] || return 0
  while sleep 2; do sync -f "$PGDATA" || :; done
}

# The libraries that the operator preloads may be needed to restore what stands on them. The first start
# went without: one that is missing would have left a half-made cluster.
preload_libraries() {
  local kept directory
  directory=$(PGDATABASE=postgres query libraries.sql)
  kept=$(kept_libraries "$directory")
  settle_live_settings "$directory"
  [[ $kept || ${#live_new[@]} -gt 0 ]] || return 0
  phase preload
  quiet_workers loading "$kept"
  stop_server
  tell_by_file live_new
  start_server "${live_new[@]}" "${loading[@]}" -c "shared_preload_libraries=$kept"
  await_server || fail 'The new server did not start with the libraries of the old one'
}

# Stopped with the loading settings, it is whole on the disk; only then the real ones are tried.
try_configuration() {
  bring_configuration
  [[ -f $JOB/conf/postgresql.conf ]] || return 0
  start_configured "${live_service[@]}"
  stop_server
  show_includes
}

# An extension's numbering goes on where it stood.
also_settle() { also=(">/dev/null" member_sequences.sql '>'); }

main() {
  local writer analyzed
  begin_job build
  phase prepare
  require_empty
  private_settings
  loading_settings
  initialise
  preload_libraries
  PGOPTIONS+=" $restoring"
  note_system "$JOB/fingerprint"
  write_back &
  writer=$!
  restore_all
  settle_databases /dump/databases /dump/subscriptions /dump/members
  drop_public /dump/databases /dump/fingerprint
  aside analyze analyze_databases /dump/databases /dump/sizes &
  analyzed=$!
  fingerprint_new /dump/databases /dump/sizes
  await_aside analyze "$analyzed"
  phase stop
  stop_server
  kill "$writer" 2>/dev/null || true
  must sync -f "$PGDATA"
  try_configuration
  finish_cluster
  finish_job
}

main
