#!/usr/bin/env bash
# Rebuilds what depends on how text is sorted, by the libraries of this image, on the cluster in its place: each index
# whose collation is of another version than it was sorted by, and no other. Unlike a build it works on the only copy
# there is, so the server keeps its safety: whenever it is killed, it can be begun again.
#
# In:  the data on PGLADDER_MOUNT, PGDATA, PGLADDER_LIBC (true where the C library's version changed), PGLADDER_ICU
#      (JSON: ICU's locales, and which of them changed), PGLADDER_BACK (not empty on the way back).
# Out: the cluster, shut down and synced. Where unique indexes cannot be rebuilt because of duplicates, these stand in
#      duplicates.json with the number of this question, the server stays up for a person to decide, and the job goes on
#      once there is answer-NUMBER. On the way back such an index stays as it was.
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

readonly STALE_LINE='[1-9][0-9]{0,9} [1-9][0-9]{0,9} [ux-] [A-Za-z0-9+/]+=*'
# What PostgreSQL says where rows are in the way, and nothing else.
readonly IN_THE_WAY='could not create (unique index|exclusion constraint) "'

clean_up() {
  stop_server_anyhow
  restore_mode
}

# While an index is not yet rebuilt no plan may use it: neither ours nor that of a person who looks for duplicates.
start_careful_server() {
  local memory work
  share_memory
  start_old_server -c enable_indexscan=off -c enable_indexonlyscan=off -c enable_bitmapscan=off \
    -c maintenance_work_mem="${work}MB"
}

# query_affected WORD…: with what says which collations are affected.
query_affected() {
  local unknown=false
  # A locale that the plan does not know may have been in use since: on the way back nothing says by which version.
  [[ ! ${PGLADDER_BACK:-} ]] || unknown=true
  query libc="${PGLADDER_LIBC:?}" icu="${PGLADDER_ICU:?}" unknown="$unknown" affected.sql "$@"
}

# in_databases COMMAND: for each of JOB/databases, with its number, and its name as PGDATABASE and as an argument.
in_databases() {
  local number=0 word name
  while read -r _ _ _ word <&3; do
    number=$((number + 1))
    name_of "$word"
    PGDATABASE=$name "$@" "$number" "$name"
  done 3<"$JOB/databases"
}

list_stale() {
  must query_affected ">$JOB/stale.$1" stale.sql
  require_lines "$STALE_LINE" "$JOB/stale.$1"
  cut -d ' ' -f 1 "$JOB/stale.$1" >"$JOB/oids.$1"
}

# rebuild NUMBER NAME: what oids.NUMBER lists, as many at a time as there are jobs, the biggest first. Those that rows
# are in the way of stand in broken.NUMBER.
rebuild() {
  local part pid pids=() code=0 count
  : >"$JOB/broken.$1"
  count=$(lines_in "$JOB/oids.$1")
  ((count > 0)) || return 0
  phase reindex "$2"
  for ((part = 0; part < PGLADDER_JOBS && part < count; part++)); do
    awk -v jobs="$PGLADDER_JOBS" -v part="$part" '(NR - 1) % jobs == part' "$JOB/oids.$1" >"$JOB/part.$1.$part"
    LISTED=$JOB/part.$1.$part with_own_time_zone query rebuild.sql >"$JOB/said.$1.$part" 2>&1 &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || code=$?; done
  cat "$JOB/said.$1".*
  ((code == 0)) && ! cat "$JOB/said.$1".* | grep -aE '(ERROR|FATAL|PANIC):' | grep -avE "$IN_THE_WAY" >/dev/null ||
    fail "The indexes of \"$2\" could not be rebuilt" "$((code == 0 ? 1 : code))"
  rm -f "$JOB/said.$1".* "$JOB/part.$1".*
  # What is rebuilt has a file of another number.
  must query_affected ">$JOB/after.$1" stale.sql
  grep -Fxf "$JOB/stale.$1" "$JOB/after.$1" | cut -d ' ' -f 1 >"$JOB/broken.$1" || true
}

has_broken() { cat "$JOB"/broken.* | grep -q .; }

list_duplicates() {
  [[ -s $JOB/broken.$1 ]] || return 0
  phase duplicates "$2"
  LISTED=$JOB/broken.$1 must query duplicates.sql >>"$JOB/duplicates.lines"
}

# ask NUMBER: all that is in the way, for a person to decide.
ask() {
  rm -f "$JOB/duplicates.lines"
  (umask 077 && : >"$JOB/duplicates.lines")
  in_databases list_duplicates
  (umask 077 && printf '{"ask":%d,"indexes":[%s]}\n' "$1" "$(paste -sd, "$JOB/duplicates.lines")" >"$JOB/duplicates.new")
  must sync "$JOB/duplicates.new"
  mv "$JOB/duplicates.new" "$JOB/duplicates.json"
}

again() {
  [[ -s $JOB/broken.$1 ]] || return 0
  cat "$JOB/broken.$1" >"$JOB/oids.$1"
  rebuild "$@"
}

# Nothing is deleted: a person decides which of two rows is right.
settle_duplicates() {
  local question=0
  while has_broken; do
    question=$((question + 1))
    ask "$question"
    [[ ! ${PGLADDER_BACK:-} ]] || return 0
    phase duplicates
    until [[ -e $JOB/answer-$question ]]; do run sleep 0.5 || true; done
    in_databases again
  done
  rm -f "$JOB/duplicates.json" "$JOB/duplicates.lines"
}

# What was rebuilt must be in order, as far as the image can tell.
check_order() {
  local wrong
  grep -vxFf "$JOB/broken.$1" "$JOB/oids.all.$1" >"$JOB/check.$1" || true
  [[ -s $JOB/check.$1 ]] || return 0
  phase amcheck "$2"
  LISTED=$JOB/check.$1 query amcheck.sql >"$JOB/checked.$1" || fail "An index of \"$2\" is not in order after it was rebuilt" "$?"
}

# What no rebuild repairs, and only a person can: rows that belong elsewhere now.
list_unfit() {
  phase look "$2"
  must query_affected unfit.sql >"$JOB/unfit.$1"
}

# Not while something of the database is sorted as before: the version says so at every connection.
note() {
  [[ ! -s $JOB/broken.$1 ]] || return 0
  must query note_versions.sql
}

# What was done and what was found, with the databases that it is of.
write_facts() {
  local number=0 word name line list=() unfit=''
  while read -r _ _ _ word <&3; do
    number=$((number + 1))
    name_of "$word"
    while read -r line; do list+=("$name: $(base64 -d <<<"$line")"); done < <(
      awk -v broken="$JOB/broken.$number" 'BEGIN { while ((getline oid <broken) > 0) left[oid] } !($1 in left) { print $4 }' \
        "$JOB/stale.$number")
    while IFS= read -r line; do unfit+=${unfit:+,}[$(json_string "$name"),${line#[}; done < <(grep "^\[\"" "$JOB/unfit.$number" || true)
  done 3<"$JOB/databases"
  fact_json indexes_rebuilt "$(json_list "${list[@]}")"
  fact_json indexes_checked "$(cat "$JOB"/checked.* 2>/dev/null | grep -c . || true)"
  fact_json indexes_left "$(cat "$JOB"/broken.* | grep -c . || true)"
  fact_json unfit "[$unfit]"
}

keep_list() { cp "$JOB/oids.$1" "$JOB/oids.all.$1"; }

main() {
  begin_job reindex
  phase start
  require_cluster
  remember_mode
  start_careful_server
  phase list
  session_options
  list_databases "$JOB/databases"
  in_databases list_stale
  in_databases keep_list
  in_databases rebuild
  settle_duplicates
  in_databases check_order
  in_databases list_unfit
  in_databases note
  write_facts
  phase stop
  stop_server
  restore_mode
  must sync -f "$PGDATA"
  control_facts
  finish_job
}

main
