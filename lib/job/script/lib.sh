#!/usr/bin/env bash
# What every job shares: its log, its progress, its phases and, as the last act of all, its result.
#
# A job runs in a container of its own while nobody watches. The one thing that counts afterwards is
# NAME.result.json, so whatever happens ends in `end_job`, which writes it. The exception is a signal: a
# host that shuts down ends the job without a result, and it is done again.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=progress.sh
. "$(dirname "${BASH_SOURCE[0]}")/progress.sh"
# shellcheck source-path=SCRIPTDIR source=session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
# shellcheck source-path=SCRIPTDIR source=said.sh
. "$(dirname "${BASH_SOURCE[0]}")/said.sh"

readonly JOB=/pgladder
# There only in a rehearsal; its file is written again and again as long as the controller lives.
readonly LEASE=/pgladder-lease LEASE_SECONDS=60
# Longest text of a failure in a result, in characters.
readonly ERROR_LENGTH=2000

declare -A exits=() milliseconds=() facts=()
phases=() fact_names=()
phase=begin phase_began=0 phase_log=0
child='' ticker='' failure='' finished=false signalled=false
# Where who works beside the job itself says why it fails; empty in the job itself, which alone has phases and a result.
reason_file=''

say() { printf '%(%H:%M:%S)T %s\n' -1 "$*"; }

# Prints TEXT as a JSON string; UTF-8 passes unchanged. Without a process of its own: each phase asks for some.
json_string() {
  local text=$1 char escaped
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  while [[ $text =~ [[:cntrl:]] ]]; do
    char=${BASH_REMATCH[0]}
    printf -v escaped '\\u%04x' "'$char"
    text=${text//"$char"/"$escaped"}
  done
  printf '"%s"' "$text"
}

# json_list TEXT…: a JSON array of strings.
json_list() {
  local text out=''
  for text; do out+=${out:+,}$(json_string "$text"); done
  printf '[%s]' "$out"
}

# fact NAME TEXT puts a string into the result, fact_json NAME JSON any value.
fact() { fact_json "$1" "$(json_string "$2")"; }
fact_json() {
  [[ -v facts[$1] ]] || fact_names+=("$1")
  facts[$1]=$2
}

# phase NAME [DATABASE [TOTAL UNIT [KEY [BEFORE]]]] ends the phase before it well. How much of TOTAL is done is
# BEFORE and what `measure_NAME KEY` prints, a function of the script: see progress.sh.
phase() {
  local now
  [[ ! $reason_file ]] || { say "== $1 ${2:-} (beside)" && return; }
  end_phase 0
  clock
  [[ -v exits[$1] ]] || phases+=("$1")
  phase=$1 phase_began=$now
  # Where the log ends: all that is at work in this job writes through this one descriptor.
  read -r _ phase_log </proc/self/fdinfo/1
  exits[$phase]=${exits[$phase]:-0}
  milliseconds[$phase]=${milliseconds[$phase]:-0}
  note_phase "$1" "${2:-}" "${3:-0}" "${4:-}" "${5:-}" "${6:-0}"
  say "== $1 ${2:-}"
}

end_phase() {
  local now
  [[ $phase != begin ]] || return 0
  clock
  milliseconds[$phase]=$((milliseconds[$phase] + now - phase_began))
  (($1 == 0)) || exits[$phase]=$1
}

# Jobs wait by `sleep`, a process: bash's own `read -t`, as the first process of a container, was seen not to end by
# a signal, so that the runtime killed it with its server.
tick() {
  while sleep 1; do
    tick_progress || :
    lease_holds || kill -TERM $$
  done
}

# A rehearsal's job lives only as long as somebody watches the disk that it fills, and lets all else go first.
lease_holds() {
  [[ ! -d $LEASE ]] || { [[ -e $LEASE/lease ]] && (($(age_of "$LEASE/lease") < LEASE_SECONDS)); }
}

step_aside() {
  [[ -d $LEASE ]] || return 0
  renice -n 10 -p $$ >/dev/null || say 'no low priority for the processor'
  ionice -c 2 -n 7 -p $$ || say 'no low priority for the disk'
}

# Runs a command beside the shell and waits for it: bash acts on a signal only between its own
# commands, and a restore may take hours.
run() {
  local code=0
  "$@" &
  child=$!
  wait "$child" || code=$?
  child=
  return "$code"
}

# Like `run`; the job fails with the command's exit code.
must() {
  local code=0
  run "$@" || code=$?
  ((code == 0)) || fail "$1 exited with $code" "$code"
}

# fail SENTENCE [CODE]
fail() {
  failure=$1
  [[ ! $reason_file ]] || printf '%s' "$1" >"$reason_file"
  say "FAILED: $1"
  exits[$phase]=${2:-1}
  exit 1
}

# refuse SENTENCE: nothing went wrong, but what is there cannot be served.
refuse() {
  fact_json refused true
  fail "$1"
}

# How every result of this attempt begins.
result_head() {
  local attempt=${PGLADDER_ATTEMPT:-0}
  [[ $attempt =~ ^(0|[1-9][0-9]*)$ ]] || attempt=$(json_string "$attempt")
  printf '{"run":%s,"attempt":%s,' "$(json_string "${PGLADDER_RUN:-}")" "$attempt"
}

# has_result NAME: whether a job of this very attempt has ended; no other's result counts.
has_result() {
  local file=$JOB/$1.result.json text
  [[ -e $file ]] && read -r text <"$file" && [[ $text == "$(result_head)"* ]]
}

write_result() {
  local ok=$1 text=${2:-} name out codes='' spans=''
  for name in "${phases[@]}"; do
    codes+=${codes:+,}$(json_string "$name"):${exits[$name]}
    spans+=${spans:+,}$(json_string "$name"):$(printf '%d.%03d' $((milliseconds[$name] / 1000)) $((milliseconds[$name] % 1000)))
  done
  out=$(result_head)$(printf '"boot_id":"%s","ok":%s,"exit":{%s},"seconds":{%s}' \
    "$(</proc/sys/kernel/random/boot_id)" "$ok" "$codes" "$spans")
  [[ $ok == true ]] ||
    out+=,\"failed_phase\":$(json_string "$phase"),\"error\":$(json_string "${text:0:ERROR_LENGTH}")
  for name in "${fact_names[@]}"; do out+=,$(json_string "$name"):${facts[$name]}; done
  # What it leaves beside its result may lie on another file system than the data.
  [[ $ok != true ]] || sync -f "$JOB" || return
  # On a full disk none at all: the container's end without one says enough.
  printf '%s}\n' "$out" >"$JOB/$job.result.json.new" &&
    sync "$JOB/$job.result.json.new" &&
    mv "$JOB/$job.result.json.new" "$JOB/$job.result.json" &&
    sync "$JOB"
}

# The script's own `clean_up` stops its server and is called however the job ends.
end_job() {
  local code=$? text=''
  trap '' INT TERM
  # Nothing that is missing by now may hide why.
  set +eu
  [[ ! $ticker ]] || kill "$ticker" 2>/dev/null
  if [[ $finished == true ]] && ((code == 0)); then
    end_phase 0
    write_result true
    exit 0
  fi
  end_phase "${exits[$phase]:-$code}"
  text=${failure:-"The script ended with $code"}$'\n'$(decisive_lines)
  [[ ! $child ]] || kill "$child" 2>/dev/null
  ! declare -F clean_up >/dev/null || clean_up
  [[ $signalled == true ]] || write_result false "$text"
  exit 1
}

on_signal() {
  signalled=true
  say 'a signal: stopping without a result'
  exit 143
}

# The programs themselves come first: Debian's psql and pg_dump are scripts in Perl that look for them.
put_programs_first() {
  local program
  if program=$(command -v postgres); then PATH=$(dirname "$(readlink -f "$program")"):$PATH; fi
}

# Prints the command that steps down to USER:GROUP; images have one or another.
step_down() {
  local tool
  for tool in gosu su-exec; do
    if command -v "$tool" >/dev/null; then
      printf '%s\n' "$tool" "$1"
      return
    fi
  done
  printf '%s\n' setpriv --reuid "${1%%:*}" --regid "${1##*:}" --clear-groups
}

# root_begins COMMAND…: where the container begins as root, which a copy of files of any owner needs, that one command
# is all that root does. Beside it the script goes on as the data's owner, from its first line, and waits for the end of
# it before any server runs.
root_begins() {
  local down
  ((EUID == 0)) || return 0
  mapfile -t down < <(step_down "${PGLADDER_AS:?}")
  # Its last line says how it ended. The descriptor outlives the exec.
  exec {PGLADDER_ROOT}< <("$@" 2>&1 && echo done || echo "ended with $?")
  export PGLADDER_ROOT
  exec "${down[@]}" bash "$0"
}

# await_root SENTENCE: the job fails by it where what root began has not ended well.
await_root() {
  local said
  must root_said >"$JOB/root.said"
  said=$(<"$JOB/root.said")
  [[ $said == 'done' || $said == *$'\n''done' ]] || fail "$1: $said"
}

# Said on its own, since what runs in the background has no input from here.
root_said() { cat <&"${PGLADDER_ROOT:?}"; }

# take_over DIRECTORY: a copy belongs to us, and so does what root has put into a data directory.
take_over() { find "$1" ! -user "${PGLADDER_AS%:*}" -exec chown -h "$PGLADDER_AS" {} +; }

# begin_job NAME: from here on everything is logged and ends in a result.
begin_job() {
  job=$1
  umask 022
  cd "$JOB"
  exec >>"$JOB/$job.log" 2>&1 </dev/null
  export LC_ALL=C.UTF-8
  forget_environment
  export PGHOST=/var/run/postgresql PGUSER=${PGLADDER_SUPERUSER:?}
  put_programs_first
  # Where a command fails that nobody looked at, the log says which one it was.
  set -E
  trap 'say "${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND" >&2' ERR
  trap end_job EXIT
  trap on_signal INT TERM
  step_aside
  tick &
  ticker=$!
}

# is_empty DIRECTORY: it is there, and nothing is in it.
is_empty() {
  local path
  [[ -d $1 ]] || return 1
  for path in "$1"/* "$1"/.[!.]* "$1"/..?*; do [[ ! -e $path && ! -L $path ]] || return 1; done
}

# finish_job: all is done; the result follows from the EXIT trap.
finish_job() {
  finished=true
  exit 0
}

# name_of WORD puts the text of a base64 word, trailing newlines and all, into `name`. Each is decoded once: where
# databases are many, processes are what takes the time.
declare -A decoded=()
name_of() {
  if [[ ! ${decoded[$1]+x} ]]; then
    name=$(base64 -d <<<"$1" && printf x)
    decoded[$1]=${name%x}
  fi
  name=${decoded[$1]}
}
