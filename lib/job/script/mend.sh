#!/usr/bin/env bash
# Mends a cluster that was not shut down: its own image starts it, replays its log and stops it cleanly.
#
# After that replay unlogged tables are empty, whatever they held: they can only be named.
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

clean_up() {
  stop_server_anyhow
  restore_mode
}

main() {
  begin_job mend
  phase recover
  require_cluster
  fact state_before "$(control_field 'Database cluster state')"
  remember_mode
  start_old_server
  phase list
  session_options
  list_databases "$JOB/databases"
  list_unlogged "$JOB/databases"
  fact_json unlogged_tables "$unlogged_tables"
  phase stop
  stop_server
  restore_mode
  must sync -f "$PGDATA"
  control_facts
  finish_job
}

main
