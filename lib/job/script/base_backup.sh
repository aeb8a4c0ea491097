#!/usr/bin/env bash
# Copies the live cluster while it serves, for a rehearsal: the old version's pg_basebackup, in the old image.
#
# In:  an empty directory on PGLADDER_MOUNT, where the service has its volume; the live server at
#      PGLADDER_LIVE_HOST (an address or a socket's directory) and PGLADDER_LIVE_PORT; passfile, if it wants one.
# Out: a cluster in PGDATA that has yet to replay its log; `mend.sh` does that.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"

measure_copy() { disk_bytes "$PGDATA"; }

main() {
  begin_job base_backup
  phase copy '' "${PGLADDER_BYTES:-0}" bytes
  if [[ -e $JOB/passfile ]]; then
    # libpq takes none that others could read.
    (umask 077 && cat "$JOB/passfile" >/tmp/passfile)
    export PGPASSFILE=/tmp/passfile
  fi
  must pg_basebackup --no-password --host="${PGLADDER_LIVE_HOST:?}" --port="${PGLADDER_LIVE_PORT:?}" \
    --pgdata="$PGDATA" --wal-method=stream --checkpoint=spread --no-sync
  finish_job
}

main
