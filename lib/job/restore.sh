#!/usr/bin/env bash
# The restore: globals, then every database, then what the new image's extensions need.

# Roles and settings. The new cluster has its bootstrap superuser already, and that one error alone is
# expected; psql goes on after it, and every other one is counted here.
restore_globals() {
  local code=0 number error expected statement
  phase restore_globals
  PGDATABASE=postgres run psql -Xq -f /dump/globals.sql 2>"$JOB/globals.errors" >/dev/null || code=$?
  redact <"$JOB/globals.errors"
  ((code == 0)) || fail "The globals were not restored: psql exited with $code" "$code"
  expected="ERROR:  role \"$PGUSER\" already exists"
  while IFS= read -r error; do
    [[ ${error#*: } != "$expected" ]] || { expected=' none'; continue; }
    number=${error#psql:/dump/globals.sql:}
    statement=$(sed -n "${number%%:*}p" /dump/globals.sql | redact)
    fail "The globals were not restored: ${error#*: }"$'\n'"Command was: $statement"
  done < <(grep -aE '^psql:[^:]*:[0-9]+: (ERROR|FATAL|PANIC):' "$JOB/globals.errors")
  rm "$JOB/globals.errors"
}

# restore_database OID NAME. The name is in the dump; nothing here connects by it. `postgres` and
# `template1` exist already and are replaced, each from within the other.
restore_database() {
  local options=() from=postgres
  case $2 in
  postgres) from=template1 options=(--clean --if-exists) ;;
  template1) options=(--clean --if-exists) ;;
  esac
  must pg_restore --create --exit-on-error --jobs="$PGLADDER_JOBS" "${options[@]}" --dbname="$from" "/dump/db-$1"
}

# Bytes of the new cluster's databases so far; the old ones' bytes are the total.
measure_restore() { printf '%s' $(($(du -sk "$PGDATA/base" | cut -f1) * 1024)); }

restore_all() {
  local id bytes word name total=0
  restore_globals
  while read -r id bytes _ word; do total=$((total + bytes)); done </dump/databases
  while read -r id bytes _ word <&3; do
    name=$(decode "$word" && printf x)
    phase restore "${name%x}" "$total" bytes
    restore_database "$id" "${name%x}"
  done 3</dump/databases
  drop_what_was_not_there
  update_extensions
}

# A cluster whose operator dropped `postgres` shall not get it back.
drop_what_was_not_there() {
  if ! cut -d' ' -f4 /dump/databases | grep -qx "$(printf postgres | base64)"; then
    PGDATABASE=template1 must psql -Xqc 'DROP DATABASE postgres'
  fi
}

update_extensions() {
  local id bytes word name
  while read -r id bytes _ word <&3; do
    name=$(decode "$word" && printf x)
    phase extensions "${name%x}"
    PGDATABASE=${name%x} must query extensions.sql
  done 3</dump/databases
}
