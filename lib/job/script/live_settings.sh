#!/usr/bin/env bash
# What the live server loaded, and what its extensions were told: its files may not say so, but the container's
# command, its environment, or a file outside of the data directory. JOB/live.settings has one line a setting:
#
#   data|outside NAME VALUE     VALUE in base64; outside: no file of the data directory says it

# By name; where there is none, the files alone count, as they did for plans of former versions.
declare -A live_value=() live_from=()
# What a job's servers are told: the old one, the new one while it is filled, the new one as its service will run.
live_old=() live_new=() live_service=()

# What names libraries by a list; only those that an image has can be given to it.
readonly LIBRARY_LISTS='shared_preload_libraries session_preload_libraries local_preload_libraries'

read_live_settings() {
  local from setting word name
  [[ -f $JOB/live.settings ]] || return 0
  while read -r from setting word; do
    [[ $setting =~ ^[A-Za-z_][A-Za-z0-9_.]*$ ]] || continue
    name_of "$word"
    live_value[$setting]=$name live_from[$setting]=$from
    [[ $setting == shared_preload_libraries ]] || live_old+=(-c "$setting=$name")
  done <"$JOB/live.settings"
}

# settle_live_settings DIRECTORY: what the new server is told, whose libraries lie there.
settle_live_settings() {
  local setting value
  for setting in "${!live_value[@]}"; do
    # What a private server must not do it is not told to do.
    [[ " ${private[*]} " != *" $setting="* ]] || continue
    value=${live_value[$setting]}
    if [[ " $LIBRARY_LISTS " == *" $setting "* ]]; then
      value=$(libraries_in "$1" "$value")
      [[ $value ]] || continue
    fi
    [[ ${live_from[$setting]} != outside ]] || live_service+=(-c "$setting=$value")
    [[ $setting == shared_preload_libraries ]] || live_new+=(-c "$setting=$value")
  done
}

# conf_line NAME VALUE: as a configuration file has it, where a backslash begins an escape.
conf_line() {
  local value=${2//\\/\\\\}
  value=${value//$'\n'/\\n}
  printf "%s = '%s'\n" "$1" "${value//\'/\'\'}"
}

# tell_by_file ARRAY [FILE]: what extensions are told moves out of the words of ARRAY, which everybody on the host can
# read, into a file of its own. FILE, else one that stands before the cluster's own, includes it; words name that one then.
tell_by_file() {
  local -n words=$1
  local index name told='' rest=() file=${2:-$JOB/before.$1.conf}
  for ((index = 1; index < ${#words[@]}; index += 2)); do
    name=${words[index]%%=*}
    if [[ $name == *.* ]] && ! is_overruled "$name"; then
      told+=$(conf_line "$name" "${words[index]#*=}")$'\n'
    else
      rest+=(-c "${words[index]}")
    fi
  done
  [[ $told ]] || return 0
  (umask 077 && printf '%s' "$told" >"$JOB/told.$1.conf")
  if [[ ! ${2:-} ]]; then
    (umask 077 && conf_line include "$PGDATA/postgresql.conf" | sed 's/ = / /' >"$file")
    rest+=(-c config_file="$file")
  fi
  printf "include '%s'\n" "$JOB/told.$1.conf" >>"$file"
  words=("${rest[@]}")
}

# is_overruled NAME: ALTER SYSTEM says otherwise than the words of the container, which everybody can read anyway.
is_overruled() {
  [[ ${live_from[$1]:-} == outside && -f $PGDATA/postgresql.auto.conf ]] &&
    grep -aiq "^[[:space:]]*${1//./[.]}[[:space:]=]" "$PGDATA/postgresql.auto.conf"
}

# libraries_in DIRECTORY LIST: those of a preload list that are there, comma separated.
libraries_in() {
  local name names kept=''
  IFS=', ' read -ra names <<<"${2//[\"\']/}"
  for name in "${names[@]}"; do
    # Its workers would run what the operator has planned.
    [[ ${name##*/} != pg_partman_bgw && ${name##*/} != pg_partman_bgw.so ]] || continue
    if [[ -e $1/${name#\$libdir/} || -e $1/${name#\$libdir/}.so ]]; then
      kept+=${kept:+,}$name
    else
      say "the library '$name' is not in the new image" >&2
    fi
  done
  printf '%s' "$kept"
}
