#!/usr/bin/env bash
# Serves the old cluster to the dump's worker and to nobody else, from the old image.
#
# In:  the old data directory where the service has it (PGDATA), or with PGLADDER_CLONE=1 the old mount
#      read-only on /pgladder-old and an empty directory of the same file system on PGLADDER_MOUNT.
# Out: conf/ (the operator's configuration), ready (the data's version), and after `finish` the evidence of the stopped
#      cluster; in between, databases that the worker wants from this image's pg_dump, in /dump.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=server.sh
. "$here/server.sh"
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$here/settings.sh"
# shellcheck source-path=SCRIPTDIR source=clone.sh
. "$here/clone.sh"

clean_up() {
  stop_server_anyhow
  restore_mode
  remove_clone
}

# Each is wanted by a file: the database's name, options of the connection, options of pg_dump, each ended by a zero.
dump_what_is_wanted() {
  local wanted words=()
  for wanted in "$JOB"/dump-*.wanted; do
    [[ -e $wanted ]] || continue
    mapfile -d '' words <"$wanted"
    PGDATABASE=${words[0]} PGOPTIONS=${words[1]} must pg_dump "${words[@]:2}"
    rm "$wanted"
    : >"${wanted%.wanted}.done"
  done
}

# The worker ends with `finish`, or with a result that says that it failed.
await_finish() {
  until [[ -e $JOB/finish ]] || has_result dump_worker; do
    kill -0 "$server" 2>/dev/null || { server=''; fail 'The old server died'; }
    dump_what_is_wanted
    sleep 0.1
  done
}

main() {
  [[ ${PGLADDER_CLONE:-} != 1 ]] || root_begins clone_as_root
  begin_job dump_server
  [[ ${PGLADDER_CLONE:-} != 1 ]] || make_clone
  phase recover
  require_cluster
  remember_mode
  start_old_server
  phase serve
  keep_configuration
  head -n 1 "$PGDATA/PG_VERSION" >"$JOB/ready.new"
  mv "$JOB/ready.new" "$JOB/ready"
  await_finish
  phase stop
  stop_server
  restore_mode
  must sync -f "$PGDATA"
  control_facts
  require_untouched
  remove_clone
  finish_job
}

main
