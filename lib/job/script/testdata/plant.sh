#!/usr/bin/env bash
# Plants one loss after the other in a new cluster, and takes the fingerprint of each. Runs in the new image.
#
# In:  plant/base.sql, plant/N.sql for a database's losses, plant/cluster-N.sql for the cluster's; a cluster in PGDATA.
# Out: fingerprint/: N.* of the copy that N.sql was run in, 1.* without any; cluster-N/ after cluster-N.sql, cluster-0/ before.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../server.sh
. "$here/server.sh"
# shellcheck source-path=SCRIPTDIR source=../fingerprint.sh
. "$here/fingerprint.sh"

clean_up() { stop_server_anyhow; }

plant() { PGDATABASE=$1 must psql -Xq -v ON_ERROR_STOP=1 -f "$JOB/plant/$2.sql"; }

# copy FROM TO
copy() {
  PGDATABASE=postgres must psql -Xqc "CREATE DATABASE $2 TEMPLATE $1 STRATEGY file_copy"
  printf '1 0 UTF8 %s\n' "$(printf %s "$2" | base64)" >>"$JOB/planted"
}

note_cluster() {
  mkdir -p "$JOB/fingerprint/cluster-$1"
  list_databases "$JOB/ignored"
  write_globals "$JOB/fingerprint/cluster-$1/globals.sql"
  cp "$JOB/cluster.entries" "$JOB/fingerprint/cluster-$1/cluster"
}

main() {
  local file number
  begin_job plant
  phase plant
  private_settings
  start_server -c fsync=off -c full_page_writes=off
  await_server || fail 'The new cluster does not start'
  session_options
  : >"$JOB/planted"
  copy zoo planted_01
  plant planted_01 base
  for ((number = 2; ; number++)); do
    printf -v file %02d "$number"
    [[ -e $JOB/plant/$file.sql ]] || break
    copy planted_01 "planted_$file"
  done
  note_system "$JOB/fingerprint"
  for file in "$JOB"/plant/[0-9]*.sql; do
    file=${file##*/}
    plant "planted_${file%.sql}" "${file%.sql}"
  done
  note_cluster 0
  list_sizes "$JOB/sizes" "$JOB/planted"
  fingerprint "$JOB/fingerprint" "$JOB/planted" "$JOB/sizes"
  for ((number = 1; ; number++)); do
    [[ -e $JOB/plant/cluster-$number.sql ]] || break
    plant postgres "cluster-$number"
    note_cluster "$number"
  done
  phase stop
  stop_server
  finish_job
}

main
