#!/usr/bin/env bash
# The operator's configuration: taken out of the old data directory, put into the new one, and what the
# new server does not accept commented out.

# What PostgreSQL itself keeps in a data directory; anything else there is the operator's.
readonly OWN_NAMES='base|global|PG_VERSION|log|current_logfiles|postmaster.*|backup_label*|tablespace_map*|backup_manifest*|recovery.*|standby.signal|lost+found|logfile|*.log|core|core.*|postgresql.auto.conf.tmp'
readonly CONF_NAMES='postgresql.conf postgresql.auto.conf pg_hba.conf pg_ident.conf'
# Settings, keys, certificates and included files are small; what is larger is no configuration. In KiB.
readonly EXTRA_KIB=4096
# At most so many settings are commented out before the configuration is given up.
readonly ROUNDS=100

# Copies the configuration to conf/, and with it the operator's own files, such as included ones or keys.
# Those go as one archive in base64: modes and links come along whoever copies conf/ on.
keep_configuration() {
  local path name extra=() left_out=()
  mkdir -m 0700 "$JOB/conf"
  for name in $CONF_NAMES; do
    copy_configuration "$name" "$JOB/conf/$name"
  done
  for path in "$PGDATA"/* "$PGDATA"/.[!.]*; do
    name=${path##*/}
    [[ -e $path || -L $path ]] || continue
    if [[ " $CONF_NAMES " == *" $name "* ]] || is_own "$path"; then continue; fi
    if [[ -e $path/PG_VERSION ]] || (($(disk_bytes "$path") > EXTRA_KIB * 1024)) || ! is_carried "./$name"; then
      left_out+=("$name")
    else
      extra+=("./$name")
    fi
  done
  ((${#extra[@]} == 0)) || tar -C "$PGDATA" -cf - "${extra[@]}" | base64 >"$JOB/conf/extra.tar.base64"
  printf '%s\n' "$PGDATA" >"$JOB/conf/pgdata"
  [[ ! ${PGLADDER_SHARED:-} ]] || chmod -R a+rX "$JOB/conf"
  fact_json files_carried "$(json_list "${extra[@]#./}")"
  fact_json files_left_out "$(json_list "${left_out[@]}")"
}

# Files, directories and links; no pipe, no device, no hole that is read as gigabytes. What the server's own user cannot
# read the server has no use for.
is_carried() {
  local odd
  odd=$(cd "$PGDATA" && find "$1" '(' ! -type f ! -type d ! -type l -o -type f -size +"${EXTRA_KIB}k" ')' -print 2>&1) || return
  [[ ! $odd ]] && tar -C "$PGDATA" -cf - "$1" 2>/dev/null | cat >/dev/null
}

# What another vendor's server reads outside of its data: mounted there where it does.
outside=/pgladder-outside

# copy_configuration NAME TARGET: one of the four files, where it is there.
copy_configuration() {
  local bytes file=$PGDATA/$1
  [[ ! $outside || ! -f $outside/$1 ]] || file=$outside/$1
  [[ -f $file ]] || return 0
  digits bytes "$(stat -L -c %s "$file")"
  ((bytes <= EXTRA_KIB * 1024)) || fail "'$file' has $bytes bytes, want at most $EXTRA_KIB KiB"
  cat "$file" >"$2"
}

# Into a clone, which then is as any other: nothing is outside of it.
bring_in_outside() {
  local name
  for name in $CONF_NAMES; do
    [[ ! -f $outside/$name ]] || (umask 077 && cat "$outside/$name" >"$PGDATA/$name")
  done
  outside=''
}

# Of the names that begin with pg_ only the directories are PostgreSQL's: pg_hba.conf may include others.
is_own() {
  local pattern patterns name=${1##*/}
  [[ $name != pg_* || ! -d $1 ]] || return 0
  IFS='|' read -ra patterns <<<"$OWN_NAMES"
  for pattern in "${patterns[@]}"; do
    # shellcheck disable=SC2053 # A pattern it is.
    [[ $name != $pattern ]] || return 0
  done
  return 1
}

# The old server's configuration for our private start, beside the operator's and not instead of it: what it
# includes from places that only the service mounts is left out, or the server would not start.
private_configuration() {
  local number line word target
  config=$JOB/private.conf
  (umask 077 && : >"$config")
  copy_configuration postgresql.conf "$config"
  while IFS=: read -r number line; do
    word=$(sed -E 's/^[[:space:]]*([A-Za-z_]+).*/\1/' <<<"$line")
    target=$(line_value "$config" "$number")
    target=${target#\'} target=${target%\'}
    [[ $target == /* ]] || target=$PGDATA/$target
    [[ -e $target ]] || { say "$word '$target': not here, left out"; word=include_if_exists; }
    LINE=$number TEXT="$word '$target'" awk '
      NR == ENVIRON["LINE"] { print ENVIRON["TEXT"]; next } { print }' "$config" >"$config.new"
    cat "$config.new" >"$config"
    rm "$config.new"
  done < <(grep -aniE '^[[:space:]]*include(_dir|_if_exists)?[[:space:]=]' "$config")
}

dropped='' unchecked=''

# The files that the new server reads, the one that wins first; what is too large for a configuration is none.
setting_files() {
  local small=(-name '*.conf' -size "-$((EXTRA_KIB + 1))k")
  printf '%s\n' "$PGDATA/postgresql.auto.conf"
  find "$PGDATA" -mindepth 2 "${small[@]}" -not -path "$PGDATA/base/*" | sort -r
  find "$PGDATA" -maxdepth 1 "${small[@]}" -not -name 'pg_*.conf' -not -name 'postgresql*.conf' | sort -r
  printf '%s\n' "$PGDATA/postgresql.conf"
}

# setting_files_with OPTION…: those in which `grep OPTION…` finds something. Anybody may leave thousands of such names
# in a data directory, so no program is started for each.
setting_files_with() {
  local file files=()
  while IFS= read -r file; do [[ ! -f $file ]] || files+=("$file"); done < <(setting_files)
  ((${#files[@]} == 0)) || printf '%s\0' "${files[@]}" | xargs -0 grep -la "$@" -- 2>/dev/null || true
}

# setting_line NAME: prints FILE:LINE of the assignment that counts.
setting_line() {
  local file line pattern="^[[:space:]]*${1//./[.]}([[:space:]]*=|[[:space:]])"
  while IFS= read -r file; do
    line=$(grep -aniE "$pattern" "$file" | tail -n 1) || continue
    printf '%s:%s\n' "$file" "${line%%:*}"
    return 0
  done < <(setting_files_with -iE -e "$pattern")
  return 1
}

# The value of a line `name = value # remark`, as it stands there.
line_value() {
  sed -n "${2}p" "$1" | sed -E "s/^[[:space:]]*[^[:space:]=]+[[:space:]]*=?[[:space:]]*//; s/[[:space:]]*(#[^']*)?$//"
}

# comment_out FILE LINE REMARK [INSTEAD]
comment_out() {
  LINE=$2 REMARK=$3 INSTEAD=${4:-} awk '
    NR != ENVIRON["LINE"] { print; next }
    { print "#" $0 "   # pgladder: " ENVIRON["REMARK"] }
    ENVIRON["INSTEAD"] != "" { print ENVIRON["INSTEAD"] "   # pgladder: instead" }' "$1" >"$JOB/edited"
  cat "$JOB/edited" >"$1"
}

# successor NAME VALUE: the line that says the same to a later server, where there is one.
successor() {
  local value=${2//\'/} segment
  case ${1,,} in
  # 14 takes the method alone, where earlier ones took a boolean for MD5.
  password_encryption) [[ ! ${value,,} =~ ^(on|true|yes|1)$ ]] || printf 'password_encryption = md5' ;;
  # 13 counts bytes, where earlier ones counted files of the log.
  wal_keep_segments)
    digits value "$value" none
    digits segment "$(control_field 'Bytes per WAL segment')" 16777216
    [[ $value == none ]] || printf "wal_keep_size = '%dMB'" $((value * segment / 1048576))
    ;;
  esac
}

# drop_setting NAME FILE LINE REASON: comments one line out and lists it, with what takes its place.
drop_setting() {
  local value instead
  value=$(line_value "$2" "$3")
  instead=$(successor "$1" "$value")
  [[ $1 != *conninfo* && $1 != *passphrase* ]] || value='…'
  say "setting $1 = $value (${2#"$PGDATA"/}:$3) is dropped: $4${instead:+; instead: $instead}"
  comment_out "$2" "$3" "$4" "$instead"
  dropped+=${dropped:+,}$(printf '{"name":%s,"file":%s,"line":%d,"value":%s,"reason":%s%s}' "$(json_string "$1")" \
    "$(json_string "${2#"$PGDATA"/}")" "$3" "$(json_string "$value")" "$(json_string "$4")" \
    "${instead:+,\"instead\":$(json_string "$instead")}")
  # Should its successor be named as well, it is the same setting to whoever compares.
  [[ ! $instead || ${instead%% *} == "$1" ]] || dropped+=,$(printf '{"name":%s,"reason":%s}' \
    "$(json_string "${instead%% *}")" "$(json_string "in the place of $1")")
}

# Reads the new server's complaints and drops what they name. Returns 1 where nothing was found to drop.
drop_what_is_named() {
  local line name place found=1
  local unknown='unrecognized configuration parameter "([^"]+)" in file "([^"]+)" line ([0-9]+)'
  local invalid='(invalid value for parameter|parameter|range for parameter|conflicting value for parameter) "([A-Za-z_][A-Za-z0-9_.]*)"(.*)'
  while IFS= read -r line; do
    if [[ $line =~ $unknown ]]; then
      name=${BASH_REMATCH[1]} place=${BASH_REMATCH[2]}:${BASH_REMATCH[3]}
    elif [[ $line =~ $invalid ]]; then
      name=${BASH_REMATCH[2]}
      place=$(setting_line "$name") || continue
    else
      continue
    fi
    drop_setting "$name" "${place%:*}" "${place##*:}" "$(sed -E 's/^.*(LOG|ERROR|FATAL|WARNING): +//; s/ in file ".*" line [0-9]+$//' <<<"$line")"
    found=0
  done
  return "$found"
}

# A library that the new image does not have keeps its server from starting: the list goes on without it.
drop_library() {
  local missing=$1 place kept name setting
  for setting in shared_preload_libraries session_preload_libraries local_preload_libraries; do
    name=$(configured "$setting") || continue
    [[ ,${name//[[:space:]\"]/}, == *",$missing,"* ]] || continue
    place=$(setting_line "$setting") || return 1
    kept=$(tr -d ' "' <<<"$name" | tr , '\n' | grep -vxF -- "$missing" | paste -sd, -) || kept=''
    drop_setting "$setting" "${place%:*}" "${place##*:}" "the new image has no library '$missing'"
    [[ ! $kept ]] || printf "%s = '%s'\n" "$setting" "$kept" >>"${place%:*}"
    return 0
  done
  return 1
}

# Asks the new server until it accepts the files. `-C` comes first because only so root may ask.
drop_rejected() {
  local round complaints
  for ((round = 0; round < ROUNDS; round++)); do
    if complaints=$(postgres -C data_directory -D "$PGDATA" 2>&1); then return 0; fi
    printf '%s\n' "$complaints"
    drop_what_is_named <<<"$complaints" || fail 'The new server does not accept the old configuration'
  done
  fail "The new server rejects more than $ROUNDS settings"
}

# From 18 on a setting of its own says for how many subscriptions there is room. Before, the one for slots did, and a
# server does not start on more than it has room for.
keep_origins() {
  local slots reason='in the place of max_replication_slots'
  (($(postgres_major) >= 18)) || return 0
  # Its own sample names it where the old server knew it.
  ! grep -aiq max_active_replication_origins "$JOB"/conf/postgresql*.conf || return 0
  digits slots "$(configured max_replication_slots || true)" 10
  ((slots > 10)) || return 0
  say "max_active_replication_origins = $slots, $reason"
  printf 'max_active_replication_origins = %d   # pgladder: %s\n' "$slots" "$reason" >>"$PGDATA/postgresql.conf"
  dropped+=${dropped:+,}$(printf '{"name":"max_active_replication_origins","reason":%s}' "$(json_string "$reason")")
}

# Files that the service mounts from elsewhere are not here: their includes are taken out for the trial
# and put back after it.
hide_includes() {
  local file line target
  while IFS= read -r file; do
    while IFS= read -r line; do
      target=$(line_value "$file" "${line%%:*}")
      target=${target#\'} target=${target%\'}
      [[ $target == /* ]] || target=$(dirname "$file")/$target
      [[ ! -e $target ]] || continue
      sed -i "${line%%:*}s/^/#pgladder-hidden#/" "$file"
      unchecked+=${unchecked:+,}$(printf '{"file":%s,"line":%d,"value":%s}' "$(json_string "${file#"$PGDATA"/}")" \
        "${line%%:*}" "$(json_string "$target")")
    done < <(grep -aniE '^[[:space:]]*include(_dir)?[[:space:]=]' "$file")
  done < <(setting_files_with -iE -e '^[[:space:]]*include(_dir)?[[:space:]=]')
}

show_includes() {
  local file
  while IFS= read -r file; do
    sed -i 's/^#pgladder-hidden#//' "$file"
  done < <(setting_files_with -e '^#pgladder-hidden#')
}

# Where PGDATA moves (18 and above), absolute paths into the old one follow it; `data_directory` goes,
# because the image names the directory itself.
follow_pgdata() {
  local old place file
  while place=$(setting_line data_directory); do
    drop_setting data_directory "${place%:*}" "${place##*:}" 'the image names the data directory'
  done
  old=$(<"$JOB/conf/pgdata")
  [[ $old != "$PGDATA" ]] || return 0
  while IFS= read -r file; do
    FROM="'$old/" TO="'$PGDATA/" awk '
      !/^[[:space:]]*#/ && (at = index($0, ENVIRON["FROM"])) {
        $0 = substr($0, 1, at - 1) ENVIRON["TO"] substr($0, at + length(ENVIRON["FROM"]))
      }
      { print }' "$file" >"$JOB/edited"
    cmp -s "$file" "$JOB/edited" && continue
    say "paths in ${file##*/} follow the data directory"
    cat "$JOB/edited" >"$file"
  done < <(setting_files_with -F -e "'$old/")
}

# Puts conf/ into the new data directory: the four files over the new ones, the operator's own beside them.
carry_configuration() {
  local name
  for name in $CONF_NAMES; do
    [[ ! -f $JOB/conf/$name ]] || cat "$JOB/conf/$name" >"$PGDATA/$name"
  done
  [[ -f $JOB/conf/extra.tar.base64 ]] || return 0
  mkdir "$JOB/extra"
  base64 -d "$JOB/conf/extra.tar.base64" | tar -C "$JOB/extra" -xpf -
  cp -an "$JOB/extra/." "$PGDATA/"
}
