#!/usr/bin/env bash
# Initialises the new cluster while the service still runs, so that the downtime need not wait for it. What is empty
# and of no data yet can be made at any time: the build takes it as it would have made it itself.
#
# In:  an empty directory on PGLADDER_MOUNT with PGDATA in it, POSTGRES_INITDB_ARGS; PGLADDER_NOTE=1 where a restore will
#      want to know what the system's own catalogs held before it.
# Out: the cluster there, synced, as no server had run on it.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=server.sh
. "$here/server.sh"
# shellcheck source-path=SCRIPTDIR source=fingerprint.sh
. "$here/fingerprint.sh"
# shellcheck source-path=SCRIPTDIR source=new_cluster.sh
. "$here/new_cluster.sh"

clean_up() { stop_server_anyhow; }

# By a server that runs for a moment. Where it has run no more can be told: see `is_fresh`.
note() {
  phase note
  entry=()
  private_settings
  loading_settings
  start_server "${loading[@]}"
  await_server || fail 'The new cluster does not start'
  session_options
  note_system_ahead
  stop_server
  rm -f "$PGDATA/postmaster.opts"
}

main() {
  begin_job initialise
  phase initialise
  must initialise_cluster "$PGDATA"
  [[ ${PGLADDER_NOTE:-} != 1 ]] || note
  phase sync
  must sync -f "${PGLADDER_MOUNT:?}"
  finish_job
}

main
