#!/usr/bin/env bash
# Databases side by side: as many at a time as there are jobs, each by one session after the other. A big one is worth
# all jobs by itself, so big ones come one after the other.

# A directory where those that work beside each other say what they have taken and done; empty where nobody does.
beside=''

# aside NAME COMMAND…: in the background, beside what the job does itself; its phases are none of the job's.
aside() {
  reason_file=$JOB/$1.failed
  "${@:2}"
}
# await_aside NAME PID: the job fails as that one did.
await_aside() {
  local code=0
  wait "$2" || code=$?
  ((code == 0)) || fail "$(reason_of "$JOB/$1.failed" "$code")" "$code"
}
# reason_of FILE CODE: why somebody beside us has failed.
reason_of() { cat "$1" 2>/dev/null || printf 'A part of the job ended with %s' "$2"; }

# A database that is smaller, in bytes, is done sooner by one session than several have begun; one that is
# empty has about 8 MiB.
readonly SMALL=$((32 << 20))
# jobs_for BYTES: how many sessions a database is worth.
jobs_for() { (($1 < SMALL)) && printf 1 || printf '%s' "$PGLADDER_JOBS"; }

# Which databases: of the current one.
every() { :; }
is_small() { ((bytes < SMALL)); }
is_big() { ((bytes >= SMALL)); }

# each_database LIST WHICH COMMAND…: calls COMMAND for every database of LIST (lines as of `list_databases`) of which the
# function WHICH is true. Both find `number` (of the line), `id`, `bytes`, `encoding`, `word` and `name`; PGDATABASE is
# set. What COMMAND puts into `weight` counts as done once it ends, see `beside_done`.
each_database() {
  local number=0 id bytes encoding word name weight
  while read -r id bytes encoding word <&3; do
    number=$((number + 1))
    name_of "$word"
    "$2" && is_free "$number" || continue
    weight=1
    PGDATABASE=$name "${@:3}"
    [[ ! $beside ]] || printf '%s\n' "$weight" >>"$beside/done"
  done 3<"$1"
}

# is_free NUMBER: whether nobody else has taken it; then it is ours. None is begun once one has failed.
is_free() {
  local free=0
  [[ $beside ]] || return 0
  [[ ! -e $beside/failed ]] || return 1
  set -o noclobber
  { : >"$beside/$1"; } 2>/dev/null || free=1
  set +o noclobber
  return "$free"
}

# databases_beside LIST WHICH COMMAND…: like `each_database`, several at a time, in processes of their own: no variable
# comes back. Where one fails the job does, with its reason.
databases_beside() {
  local part place=$JOB/beside.$BASHPID wanted=0 pids=() pid failed code=0
  # Which decodes each name before the processes part.
  each_database "$1" "$2" one_more
  ((wanted > 0)) || return 0
  rm -rf "$place"
  mkdir "$place"
  for ((part = 0; part < PGLADDER_JOBS; part++)); do
    { beside=$place reason_file=$place/failed && each_database "$@"; } &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do
    failed=0
    wait "$pid" || failed=$?
    ((failed == 0)) || code=$failed
  done
  ((code == 0)) || fail "$(reason_of "$place/failed" "$code")" "$code"
  (($(lines_in "$place/done") == wanted)) || fail "Not all of $wanted databases were worked on"
  rm -rf "$place"
}
one_more() { wanted=$((wanted + 1)); }

# beside_done: what is done so far of those that the job itself works on.
beside_done() {
  local count sum=0
  [[ -e $JOB/beside.$$/done ]] || { printf '0\n' && return; }
  while read -r count; do
    digits count "$count"
    sum=$((sum + count))
  done <"$JOB/beside.$$/done"
  printf '%s\n' "$sum"
}
