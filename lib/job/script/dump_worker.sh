#!/usr/bin/env bash
# Dumps the old cluster with the new version's programs, from the new image, over the shared socket.
#
# In:  the private server of dump_server.sh, and an empty directory on /dump.
# Out: globals.sql, databases, one directory a database, fingerprint/; read back before it counts.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=server.sh
. "$here/server.sh"
# shellcheck source-path=SCRIPTDIR source=fingerprint.sh
. "$here/fingerprint.sh"
# shellcheck source-path=SCRIPTDIR source=matviews.sh
. "$here/matviews.sh"
# shellcheck source-path=SCRIPTDIR source=closed.sh
. "$here/closed.sh"

# The server's container writes its progress every second; older than this, it is gone. Seconds.
readonly SILENCE=120

# Waits for a file of the server's, its failure, or its silence.
await_server_file() {
  until [[ -e $JOB/$1 ]]; do
    ! has_result dump_server || server_failed
    wait_for_sign
  done
}

# A moment; now and then it looks how old the server's last sign is.
next_look=0
wait_for_sign() {
  local age
  sleep 0.05
  ((SECONDS >= next_look)) || return 0
  next_look=$((SECONDS + 5))
  age=$(age_of "$JOB/dump_server.progress")
  ((age < SILENCE)) || fail "The old server's container is gone: no sign of it for $age seconds"
}

server_failed() {
  local error
  error=$(sed -nE 's/.*"error":"(([^"\\]|\\.)*)".*/\1/p' "$JOB/dump_server.result.json")
  printf -v error '%b' "${error//\\\"/\"}"
  fail "The old server failed: $error"
}

# The best compression that this image's pg_dump was built with: it looks at that before it looks for a server. Before
# 16 it knows none but gzip, by a number, and 13 and 14 take any other word for a 0.
find_compression() {
  local said kinds=(zstd:1 lz4 gzip:1)
  said=$(pg_dump --version)
  fact pg_dump_version "$said"
  [[ $said =~ \ ([0-9]+) ]] && ((BASH_REMATCH[1] >= 16)) || kinds=(1)
  for compression in "${kinds[@]}"; do
    said=$(PGHOST=/nonexistent pg_dump -Fd --compress="$compression" -f "$JOB/probe" 2>&1) || true
    rm -rf "$JOB/probe"
    [[ $said != *connect* ]] || { fact compression "$compression" && return; }
  done
  fail "pg_dump accepts no compression that is known here: $said"
}

dumped_by_old=false
# By database, the tables whose rows must be in the dump.
declare -A tables=()

list_all() {
  local out=''
  list_databases /dump/databases "${ask_for_stamps[@]}" "${ask_if_closed[@]}"
  mkdir /dump/subscriptions /dump/members
  each_database /dump/databases every make_places
  also_list() {
    also=(">/dump/subscriptions/$1" subscriptions.sql ">/dump/members/$1" members.sql ">/dump/matviews-$2/list" matviews.sql)
    also_ask_if_closed "$1" dump
  }
  list_sizes /dump/sizes /dump/databases
  require_carried
  require_lines "$MATVIEW_LINE" /dump/matviews-*/list
  each_database /dump/databases every note_database
  fact_json databases "[$out]"
}
make_places() { mkdir "/dump/matviews-$id"; }
note_database() {
  local kind count=0
  while read -r kind _; do [[ $kind != r ]] || count=$((count + 1)); done <"/dump/sizes/$number"
  tables[$id]=$count
  out+=${out:+,}$(printf '{"oid":"%s","name":%s,"bytes":%s,"tables":%s}' "$id" "$(json_string "$name")" "$bytes" "$count")
}

# Bytes of the tables that pg_dump has begun, which are the biggest ones, less what it has yet to read of them.
measure_dump() {
  local id number word begun unread=0 lines=()
  [[ $1 ]] || { beside_done && return; }
  read -r id number word <<<"$1"
  begun=$(first_bytes "$(find "/dump/db-$id" -name '*.dat*' ! -name toc.dat ! -name 'blob*' | wc -l)" \
    "/dump/sizes/$number" r)
  mapfile -t lines < <(ask_progress "$word" at_work.sql)
  lines+=('' '')
  digits begun "$begun"
  digits unread "${lines[0]%%|*}"
  printf '%s\n' $((begun > unread ? begun - unread : 0)) "${lines[1]:+\"now\":${lines[1]}}"
}

# A clone may lose its stamps, where all can be read without them; else only the old server's own pg_dump leaves them out.
avoid_stamps() {
  if [[ ${PGLADDER_CLONE:-} == 1 ]] && ! has_row_values /dump/databases; then
    hide_stamps /dump/databases
  else
    dumped_by_old=true
  fi
  fact dumped_by_old "$dumped_by_old"
}

# By this image's pg_dump; by the old server's own, in its container, where this one would write down what the new
# server refuses.
# dump_database OID BYTES ENCODING: in the database's own encoding, of which alone every byte can be written down.
dump_database() {
  local options=(-Fd --encoding="$3" --jobs="$(jobs_for "$2")" --compress="$compression" --no-sync --lock-wait-timeout=300000 -f "/dump/db-$1")
  if [[ $dumped_by_old == false ]]; then
    must pg_dump "${options[@]}"
    return
  fi
  printf '%s\0' "$PGDATABASE" "$PGOPTIONS" "${options[@]}" >"$JOB/dump-$1.new"
  mv "$JOB/dump-$1.new" "$JOB/dump-$1.wanted"
  await_server_file "dump-$1.done"
}

dump_all() {
  local total before=0
  total=$(all_bytes r /dump/sizes/*)
  each_database /dump/databases is_big dump_big
  phase dump '' "$total" bytes '' "$before"
  databases_beside /dump/databases is_small dump_small
}
dump_big() {
  phase dump "$name" "$total" bytes "$id $number $word" "$before"
  dump_small
  before=$((before + weight))
}
dump_small() {
  weight=$(all_bytes r "/dump/sizes/$number")
  dump_database "$id" "$bytes" "$encoding"
  PGCLIENTENCODING=$encoding dump_matviews "/dump/matviews-$id"
}

all=0
measure_read_back() { printf '%s\n' $(($(beside_done) + $(bytes_read pg_restore))); }

# A dump that was cut short passes every look at its table of contents; only reading all of it finds out.
read_back() {
  local size word
  local -A sizes=()
  while read -r size word; do
    digits size "$size"
    sizes[$word]=$((size * 1024))
  done < <(du -sk /dump/*)
  for size in "${sizes[@]}"; do all=$((all + size)); done
  phase read_back '' "$all" bytes
  databases_beside /dump/databases every read_back_one
}
read_back_one() {
  local entries wanted=${tables[$id]}
  weight=${sizes[/dump/db-$id]:-0}
  must pg_restore -f /dev/null "/dump/db-$id"
  entries=$(pg_restore -l "/dump/db-$id" | grep -acE '^[0-9]+; [0-9]+ [0-9]+ TABLE DATA ' || true)
  ((entries >= wanted)) || fail "The dump holds the rows of $entries tables, want $wanted"
}

# What the cluster holds is written down beside the dump: one of them reads a table while the other waits.
describe() {
  fingerprint /dump/fingerprint /dump/databases /dump/sizes
  fingerprint_configuration /dump/fingerprint "$JOB/conf"
  cp /dump/fingerprint/globals.sql /dump/globals.sql
}

main() {
  local described
  begin_job dump_worker
  phase wait
  find_compression
  await_server_file ready
  served_major=$(head -c 2 "$JOB/ready")
  phase list
  session_options
  list_all
  ! stamps_unknown_to_new || avoid_stamps
  aside describe describe &
  described=$!
  dump_all
  phase rows
  await_aside describe "$described"
  # Nobody asks the server any more: it stops while what was written is read.
  : >"$JOB/finish"
  read_back
  [[ ! ${PGLADDER_SHARED:-} ]] || must find /dump -user "$EUID" -exec chmod a+rX {} +
  phase sync
  must sync -f /dump
  fact_json bytes "$all"
  phase finish
  await_server_result
  finish_job
}

# The dump counts only when its server has stopped well.
await_server_result() {
  until has_result dump_server; do wait_for_sign; done
  grep -q '"ok":true' "$JOB/dump_server.result.json" || server_failed
}

main
