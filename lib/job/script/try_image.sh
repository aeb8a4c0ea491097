#!/usr/bin/env bash
# Tries in the new image, before anything is stopped, what an upgrade will ask of it: that its server starts with the old
# one's preload list, that each extension can be made as a restore makes it, and each library loaded as pg_upgrade does.
# All of it in a throw-away container, on an empty cluster that goes with it.
#
#   try_image.sh ENCODING ITEM…    an ITEM is one word, its parts but the first in base64, between colons:
#     set:NAME:VALUE                 a setting of the old server
#     make:DATABASE:EXTENSION:SCHEMA
#     take:DATABASE:SCHEMA:TABLE:COLUMN…   a table of what was made there, whose rows a dump brings
#     load:LIBRARY
#     know:NAME                      a setting of a routine
#     ask:NAME:FILE                  what a configuration file of this image says of a setting
#
# It prints a line for what did not go well, its last words in base64, and "done" at the end:
#   unable WORDS      there is no cluster to try it on
#   server WORDS      the server did not start; nothing else was tried
#   failed N WORDS    item N, the first one is 0
#   said N WORDS      the answer to an "ask"
set -uo pipefail
export LC_ALL=C
encoding=$1
shift

# How long the server may take to start, and a statement to end. Seconds.
readonly START=60 STATEMENT=120
# Of a message. Characters.
readonly LONGEST=400

place=$(mktemp -d)
readonly place
export PGHOST=$place PGUSER=postgres PGCLIENTENCODING=UTF8
export PGOPTIONS="-c statement_timeout=${STATEMENT}s -c client_min_messages=error -c lc_messages=C"

# words TEXT: in base64, on one line.
words() { printf '%s' "${1:0:LONGEST}" | base64 | tr -d '\n'; }
text() { base64 -d <<<"$1"; }

# The first error of what a program wrote.
first_error() {
  local line
  line=$(grep -aE 'FATAL|ERROR|PANIC|error:' "$1" | head -n 1)
  [[ $line ]] || line=$(head -n 1 "$1")
  line=${line##*FATAL:  } line=${line##*PANIC:  } line=${line##*ERROR:  }
  printf '%s' "${line##*error: }"
}

# kept LIST: of a preload list what lies beside the server's programs. A job leaves out the rest, too.
kept() {
  local name names list='' bin
  bin=$(dirname "$(readlink -f "$(command -v postgres)")")
  IFS=', ' read -ra names <<<"${1//[\"\']/}"
  for name in "${names[@]}"; do
    [[ ${name##*/} == pg_partman_bgw ]] || ! has_library "$bin" "${name#\$libdir/}" || list+=${list:+,}$name
  done
  printf '%s' "$list"
}

# has_library BIN NAME: Debian and builds by hand have the libraries in one or the other place.
has_library() {
  local directory
  for directory in "$(pg_config --pkglibdir 2>/dev/null)" "$1/../lib" "$1/../lib/postgresql" ''; do
    [[ ! -e ${directory:+$directory/}$2 && ! -e ${directory:+$directory/}$2.so ]] || return 0
  done
  return 1
}

settings=()
read_settings() {
  local item parts name value
  for item; do
    IFS=: read -ra parts <<<"$item"
    [[ ${parts[0]} == set ]] || continue
    name=$(text "${parts[1]}") value=$(text "${parts[2]}")
    [[ $name =~ ^[A-Za-z_][A-Za-z0-9_.]*$ ]] || continue
    [[ $name != *_preload_libraries ]] || value=$(kept "$value")
    settings+=(-c "$name=$value")
  done
}

start() {
  local began=$SECONDS
  postgres -D "$place/data" -c listen_addresses= -c unix_socket_directories="$place" -c fsync=off -c autovacuum=off \
    -c shared_buffers=32MB -c dynamic_shared_memory_type=mmap -c huge_pages=off -c logging_collector=off -c lc_messages=C \
    "${settings[@]}" -c cron.launch_active_jobs=off >"$place/log" 2>&1 &
  server=$!
  until pg_isready -q; do
    kill -0 "$server" 2>/dev/null || return 1
    ((SECONDS - began < START)) || return 1
    sleep 0.1
  done
}

# run DATABASE SQL NAME=VALUE…: one whose server has died under the item before waits until it is back.
run() {
  local code=0 word options=()
  for word in "${@:3}"; do options+=(-v "$word"); done
  PGDATABASE=$1 psql -XAtq -v ON_ERROR_STOP=1 "${options[@]}" >"$place/out" 2>&1 <<<"$2" || code=$?
  ((code == 0)) || { sleep 0.2; pg_isready -q -t 20 || return 2; }
  return "$code"
}

# create DATABASE EXTENSION SCHEMA: the schema is made only where no extension has brought it.
create() {
  local statement='CREATE EXTENSION IF NOT EXISTS :"name" WITH SCHEMA :"schema" CASCADE'
  run postgres 'CREATE DATABASE :"name" TEMPLATE template0' name="$1" || [[ $(<"$place/out") == *'already exists'* ]] || return
  run "$1" "$statement" name="$2" schema="$3" && return
  [[ $(<"$place/out") == *"schema \"$3\" does not exist"* ]] || return
  run "$1" 'CREATE SCHEMA :"name"' name="$3" && run "$1" "$statement" name="$2" schema="$3"
}

# make NUMBER DATABASE EXTENSION SCHEMA: some can be made in the database of that name alone, and in one where others were
# made before some cannot that a restore would have made first.
make() {
  create "${@:2}" && return
  mv "$place/out" "$place/first"
  create "pgladder_$1" "${@:3}" || { mv "$place/first" "$place/out" && return 1; }
}

# take DATABASE SCHEMA TABLE COLUMN…: whether it has all of these columns. It may not be there at all, as what could not
# be made; or be made by something else.
take() {
  local column list='' words=()
  for column in "${@:4}"; do
    words+=("c${#words[@]}=$column")
    list+="${list:+, }:\"c$((${#words[@]} - 1))\""
  done
  run "$1" "SELECT $list FROM :\"schema\".:\"table\" LIMIT 0" schema="$2" table="$3" "${words[@]}" ||
    [[ $(<"$place/out") != *'column "'*'does not exist'* ]]
}

# ask NAME FILE: as the server would read it there; nothing where the file is not in the image.
ask() { [[ ! -f $2 ]] || postgres -C "$1" -D "$place/data" -c config_file="$2" 2>/dev/null; }

# know NAME: whatever else is said of the setting, it is known, or may be.
know() { run postgres 'SET :"name" TO DEFAULT' name="$1" || [[ $(<"$place/out") != *'configuration parameter'* ]]; }

try() {
  local parts part plain=()
  IFS=: read -ra parts <<<"$2"
  case ${parts[0]} in
  take)
    for part in "${parts[@]:1}"; do plain+=("$(text "$part")"); done
    take "${plain[@]}"
    ;;
  make) make "$1" "$(text "${parts[1]}")" "$(text "${parts[2]}")" "$(text "${parts[3]}")" ;;
  load) run postgres 'LOAD :'"'name'" name="$(text "${parts[1]}")" ;;
  know) know "$(text "${parts[1]}")" ;;
  ask) printf 'said %s %s\n' "$1" "$(words "$(ask "$(text "${parts[1]}")" "$(text "${parts[2]}")")")" ;;
  esac
}

main() {
  local number=-1 item
  initdb -D "$place/data" -U postgres -A trust -N -E "$encoding" --locale=C >"$place/out" 2>&1 || {
    printf 'unable %s\n' "$(words "$(first_error "$place/out")")"
    return
  }
  read_settings "$@"
  start || {
    printf 'server %s\n' "$(words "$(first_error "$place/log")")"
    return
  }
  for item; do
    number=$((number + 1))
    try "$number" "$item" || printf 'failed %s %s\n' "$number" "$(words "$(first_error "$place/out")")"
  done
  echo 'done'
}

server=''
trap '[[ ! $server ]] || kill -QUIT "$server" 2>/dev/null' EXIT
main "$@"
