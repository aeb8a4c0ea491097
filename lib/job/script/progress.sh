#!/usr/bin/env bash
# How far a job is, for whoever watches: NAME.progress, one line of JSON that is written again every second.
#
#   phase, database          what it is at, since so many seconds
#   done, total, unit        how much of it is done; a total of 0 is not known
#   rate, left               units a second over the last minute, and the seconds that are left at that rate
#   tables, indexes          [done, of all] of the current database
#   now                      [what, name, done, total, unit] of each session that is at work
#
# A script says it by functions: `measure_PHASE KEY` prints how much of the phase is done, and on a second
# line what else there is to say. None of it may hold up the work: it takes at most a thirtieth of the time.

# Milliseconds between two measures, and how many times the last one's duration.
readonly MEASURE_EVERY=2000 MEASURE_SHARE=30
# Measures that the rate is reckoned from.
readonly SAMPLES_MAX=30
# Phases that follow each other sooner, in milliseconds, are left to the next second's word.
readonly WRITE_EVERY=500

phase_lines=() measured_phase='' measured=0 measure_next=0 extras='' written=0
sample_ms=() sample_done=()

# Puts the clock into `now`, in milliseconds: no process is started for it.
clock() {
  now=${EPOCHREALTIME/[.,]/}
  now=$((now / 1000))
}

# digits NAME TEXT [ELSE] puts TEXT into the variable NAME where it is a whole number, else ELSE or 0. All that a server,
# a file or a program says of a number passes here: what stands in $((…)) is evaluated, commands in it and all.
digits() {
  if [[ ${2:-} =~ ^0*([0-9]{1,18})$ ]]; then
    printf -v "$1" %s "${BASH_REMATCH[1]}"
  else
    printf -v "$1" %s "${3:-0}"
  fi
}

# disk_bytes PATH: what it takes on the disk.
disk_bytes() {
  local said
  digits said "$(du -sk -- "$1" 2>/dev/null | cut -f1)"
  printf '%s\n' $((said * 1024))
}

# age_of FILE: seconds since it was written; 0 where it is not there.
age_of() {
  local changed now
  now=$(date +%s)
  digits changed "$(stat -c %Y -- "$1" 2>/dev/null)" "$now"
  printf '%s\n' $((now - changed))
}

# note_phase NAME DATABASE TOTAL UNIT KEY BEFORE: what is done of TOTAL begins at BEFORE.
note_phase() {
  local now total before
  digits total "$3"
  digits before "$6"
  clock
  printf '%s\n' "$1" "$(json_string "$2")" "$total" "$4" "$5" "$before" "$now" >"$JOB/.$job.phase.new"
  mv "$JOB/.$job.phase.new" "$JOB/.$job.phase"
  mapfile -t phase_lines <"$JOB/.$job.phase"
  measured=$before
  ((now - written < WRITE_EVERY)) || write_progress
}

# The progress is written every second as long as the container lives, so its age is a sign of life.
tick_progress() {
  local before
  [[ -e $JOB/.$job.phase ]] || return 0
  mapfile -t phase_lines <"$JOB/.$job.phase"
  before=${phase_lines[*]}
  measure
  # The job has gone on meanwhile, and has said so itself.
  mapfile -t phase_lines <"$JOB/.$job.phase"
  [[ ${phase_lines[*]} == "$before" ]] || return 0
  write_progress
}

measure() {
  local now began done lines=()
  clock
  began=$now
  if [[ ${phase_lines[*]} != "$measured_phase" ]]; then
    [[ ${measured_phase%% *} == "${phase_lines[0]}" ]] || { sample_ms=() sample_done=(); }
    measured_phase=${phase_lines[*]} measured=${phase_lines[5]} measure_next=0 extras=''
  fi
  ((now >= measure_next)) || return 0
  if declare -F "measure_${phase_lines[0]}" >/dev/null; then
    mapfile -t lines < <("measure_${phase_lines[0]}" "${phase_lines[4]}" 2>/dev/null)
    digits done "${lines[0]:-}" none
    [[ $done == none ]] || measured=$((phase_lines[5] + done))
    extras=${lines[1]:-}
  fi
  clock
  measure_next=$((now + (now - began) * MEASURE_SHARE))
  ((measure_next - began >= MEASURE_EVERY)) || measure_next=$((began + MEASURE_EVERY))
  sample_ms+=("$now") sample_done+=("$measured")
  ((${#sample_ms[@]} <= SAMPLES_MAX)) || { sample_ms=("${sample_ms[@]:1}") sample_done=("${sample_done[@]:1}"); }
}

# rate_since MILLISECONDS DONE: thousandths of a unit a second, into `rate`; `now` is set.
rate_since() {
  local span=$((now - $1)) gained=$((measured - $2))
  rate=0
  ((span >= 2000 && gained > 0)) || return 0
  # In this order so that no product leaves the numbers that bash has.
  ((gained > 1000000000000)) && rate=$((gained * 1000 / span * 1000)) || rate=$((gained * 1000000 / span))
}

write_progress() {
  local now at rate=0 pace='' total=${phase_lines[2]} place=$JOB/.$job.progress.$BASHPID
  clock
  written=$now
  if ((${#sample_ms[@]} > 1 && total > measured)); then
    # What has gone on since the last measure is not known: it is of the time up to that one.
    at=$now now=${sample_ms[-1]}
    rate_since "${sample_ms[0]}" "${sample_done[0]}"
    # Where nothing was finished for so long, all that is known is the phase's own pace.
    ((rate > 0)) || rate_since "${phase_lines[6]}" "${phase_lines[5]}"
    now=$at
    ((rate == 0)) || printf -v pace ',"rate":%d.%03d,"left":%d' $((rate / 1000)) $((rate % 1000)) \
      $(((total - measured) * 1000 / rate))
  fi
  printf '{"phase":"%s","database":%s,"done":%d,"total":%d,"unit":"%s","seconds":%d%s%s}\n' "${phase_lines[0]}" \
    "${phase_lines[1]}" "$measured" "$total" "${phase_lines[3]}" $(((now - phase_lines[6]) / 1000)) "$pace" \
    "${extras:+,$extras}" >"$place"
  mv "$place" "$JOB/$job.progress"
}

# ask_progress WORD FILE [NAME=VALUE…]: a file of SQL in the database whose name is WORD in base64. Nothing where
# no server answers at once; `session_options` has left how it is to be asked. No log has to tell of it.
ask_progress() {
  local name pair variables=()
  [[ -s $JOB/.$job.options ]] || return 0
  for pair in "${@:3}"; do variables+=(-v "$pair"); done
  name_of "$1"
  PGDATABASE=$name PGCLIENTENCODING=UTF8 PGCONNECT_TIMEOUT=2 PGAPPNAME=pgladder-progress \
    PGOPTIONS="$(<"$JOB/.$job.options") -c statement_timeout=2000 -c lock_timeout=100 -c log_min_messages=panic" \
    timeout 3 psql -XAtq -v ON_ERROR_STOP=1 "${variables[@]}" -f "$JOB/$2" 2>/dev/null
}

# first_bytes COUNT FILE [KIND]: bytes of the first COUNT tables of a list of sizes.
first_bytes() {
  sizes_in "$2" | awk -v most="$1" -v kind="${3:-}" \
    '(kind == "" || $1 == kind) && ++n <= most { sum += $2 } END { printf "%.0f\n", sum }'
}

# all_bytes KIND FILE…: of whole lists of sizes; of every kind where it is empty.
all_bytes() {
  local file kind bytes sum=0
  for file in "${@:2}"; do
    [[ -e $file ]] || continue
    while read -r kind bytes _; do
      digits bytes "${bytes:-}"
      [[ $1 && $kind != "$1" ]] || sum=$((sum + bytes))
    done <"$file"
  done
  printf '%s\n' "$sum"
}

# lines_in FILE…: how many lines there are, such as tables in lists of sizes or databases in their own.
lines_in() {
  local file lines=() sum=0
  for file; do
    [[ -e $file ]] || continue
    mapfile -t lines <"$file"
    sum=$((sum + ${#lines[@]}))
  done
  printf '%s\n' "$sum"
}

# Dumps of former versions have no such lists; nothing but a progress is reckoned by them.
sizes_in() { cat "$@" 2>/dev/null || true; }

# bytes_read PROGRAM: what its processes have read so far, in bytes.
bytes_read() {
  local place name word count sum=0
  for place in /proc/[0-9]*; do
    { read -r name <"$place/comm" && [[ $name == "$1" ]] && read -r word count <"$place/io"; } 2>/dev/null || continue
    digits count "$count"
    [[ $word != rchar: ]] || sum=$((sum + count))
  done
  printf '%s\n' "$sum"
}
