#!/usr/bin/env bash
# Initialises the new cluster while the service still runs, so that the downtime need not wait for it. What is empty
# and of no data yet can be made at any time: the build takes it as it would have made it itself.
#
# In:  an empty directory on PGLADDER_MOUNT with PGDATA in it, POSTGRES_INITDB_ARGS.
# Out: the cluster there, never started, and synced.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=server.sh
. "$here/server.sh"
# shellcheck source-path=SCRIPTDIR source=new_cluster.sh
. "$here/new_cluster.sh"

main() {
  begin_job initialise
  phase initialise
  must initialise_cluster "$PGDATA"
  phase sync
  must sync -f "${PGLADDER_MOUNT:?}"
  finish_job
}

main
