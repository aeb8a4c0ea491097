#!/usr/bin/env bash
# What a cluster holds, written down in lines, by the same programs and the same SQL for the old cluster
# and the new one; `lib/compare/compare.ts` reads both.
#
#   databases        base64 of each name; the line's number N names the files of that database
#   globals.sql      roles, memberships, settings, tablespaces
#   configuration    [setting, name, value], [file, name, sum]: what the configuration files say
#   N.schema.sql     the schema by pg_dump
#   N.rows           [schema, table, kind, rows, checksum, checksum], one line a table
#   N.sequences      [schema, sequence, last_value, is_called]
#   N.settings       [kind, …]: extensions, large objects, facts and settings of the database
#   N.catalog        [kind, extension, name, part, value…]: what no dump of a schema says; cluster: of the whole cluster
#   N.careful        a line where a restore would run an ordinary role's code as the superuser; not compared
#   system           [system, , catalog, , objects, sum]: the system's own, before anything was restored
#   N.system         the same after it, the sum null where no row was written since, and which ones were

# shellcheck source-path=SCRIPTDIR source=beside.sh
. "${here:?}/beside.sh"
# shellcheck source-path=SCRIPTDIR source=stamps.sh
. "$here/stamps.sh"

# query FILE… [NAME=VALUE…] [>PATH…]: files of SQL, run one after the other in the database that PGDATABASE names;
# what follows ">PATH" is printed into that file. One session for all, since each new one costs downtime.
query() {
  local word words=()
  for word; do
    case $word in
    '>'*) words+=(-c "\\o ${word#>}") ;;
    *.sql) words+=(-f "$JOB/$word") ;;
    *) words+=(-v "$word") ;;
    esac
  done
  PGCLIENTENCODING=UTF8 psql -XAtq -v ON_ERROR_STOP=1 "${words[@]}"
}

# run_written FILE OPTION…: psql on statements that a server wrote. It takes no command of psql's own from there, where
# it is of a release that can be told so (from 2025 on); each line keeps its number. Of such lines the first and the
# last are those of pg_dumpall, and one between them is somebody's text.
run_written() {
  local code=0 restricted=()
  [[ $(psql --help=commands) != *'\restrict'* ]] || restricted=(-c "\\restrict $$x$RANDOM$RANDOM$RANDOM")
  (umask 077 && LC_ALL=C awk 'NR == FNR { if (!first && /^\\restrict [A-Za-z0-9]+$/) first = FNR
      if (/^\\unrestrict [A-Za-z0-9]+$/) last = FNR; next }
    FNR == first || FNR == last { $0 = "" } { print }' "$1" "$1" >"$JOB/written.sql")
  psql -Xq "${restricted[@]}" "${@:2}" -f "$JOB/written.sql" || code=$?
  rm "$JOB/written.sql"
  return "$code"
}

# The database that every cluster has for us to ask about the cluster itself, its encoding, and its server's version, as
# PostgreSQL counts. Asked for once, since each session costs downtime.
known_database='' known_encoding='' known_version=''
# The major version of the data that the current server serves, where they are not at hand.
served_major=''
# find_database: of the current server. Where neither lets pgladder in it returns 1, and JOB/refused has what was said.
find_database() {
  local name said major settings PGOPTIONS
  local ask="SELECT current_setting('server_version_num') || ' ' || current_setting('server_encoding')"
  # A database may give its sessions a few milliseconds, and the first question of all is one.
  digits major "${served_major:-$(head -c 2 "$PGDATA/PG_VERSION")}"
  unhindered_in "$major"
  PGOPTIONS=$(as_options "${settings[@]}")
  export PGOPTIONS
  known_database=''
  : >"$JOB/refused"
  for name in postgres template1; do
    if said=$(PGDATABASE=$name psql -XAtqc "$ask" 2>>"$JOB/refused"); then
      digits known_version "${said% *}"
      known_database=$name known_encoding=${said#* }
      return 0
    fi
  done
  return 1
}

# connection_to NAME: what clients take for the name of a database, which may hold anything.
connection_to() {
  local literal=${1//\\/\\\\}
  printf "dbname='%s'" "${literal//\'/\\\'}"
}

any_database() {
  [[ $known_database ]] || find_database || { cat "$JOB/refused" && fail "Neither 'postgres' nor 'template1' can be connected to"; } >&2
  printf '%s' "$known_database"
}

readonly DATABASE_LINE='[1-9][0-9]{0,9} [0-9]{1,18} (template|-|[A-Z0-9_]{2,20}) [A-Za-z0-9+/]+=*'
# list_databases FILE [WORD…]: lines of OID, bytes, encoding and the name in base64, the biggest first; in the same session
# what is set for all roles at once, which pg_dumpall leaves out, and what the words of `query` ask for.
list_databases() {
  PGDATABASE=$(any_database) query ">$1" databases.sql ">$JOB/everyone.settings.sql" everyone.sql \
    ">$JOB/cluster.entries" cluster.sql "${@:2}"
  require_lines "$DATABASE_LINE" "$1"
}

# require_lines PATTERN FILE…: what a server answered is what was asked for; what stands in a list becomes the name of
# a file, and is reckoned with.
require_lines() {
  ! grep -aqvxE -- "$1" "${@:2}" /dev/null || fail "The server answered what is no list: its catalogs are not PostgreSQL's own"
}

# settle_rows FILE: what rows.sql has printed. Tables that no query may count are copied out of PGDATABASE and counted;
# where checksums are wanted their rows have one together, in whatever order they lie.
settle_rows() {
  local line table columns head name
  grep -aq '^bound ' "$1" || return 0
  mv "$1" "$1.asked"
  while IFS= read -r line; do
    [[ $line == 'bound '* ]] || { printf '%s\n' "$line" && continue; }
    read -r _ table columns head <<<"$line"
    name_of "$table" && table=$name
    name_of "$columns" && columns=$name
    name_of "$head" && head=$name
    copied_rows "$table $columns" "${head%]}" || return
  done <"$1.asked" >"$1"
  rm "$1.asked"
}
# copied_rows TABLE HEAD: its line of the rows, which begins with HEAD.
copied_rows() {
  local copy=(psql -Xq -v ON_ERROR_STOP=1 -c "COPY $1 TO STDOUT") count sum=''
  count=$("${copy[@]}" | wc -l) || return
  if [[ $PGLADDER_VERIFY == checksums ]]; then
    sum=$("${copy[@]}" | LC_ALL=C sort -T "$JOB" | md5sum) || return
    sum=", \"${sum%% *}\", \"\""
  fi
  printf '%s, %s%s]\n' "$2" "$count" "$sum"
}

# Counts every table of PGDATABASE into FILE, as many at a time as there are jobs.
write_rows() {
  local file=$1 job_number pids=() pid code=0
  for ((job_number = 0; job_number < PGLADDER_JOBS; job_number++)); do
    query rows.sql verify="$PGLADDER_VERIFY" jobs="$PGLADDER_JOBS" job="$job_number" >"$file.$job_number" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || code=$?; done
  ((code == 0)) || return "$code"
  cat "$file".[0-9]* >"$file"
  rm "$file".[0-9]*
  settle_rows "$file"
}

write_schema() { pg_dump --schema-only --create --encoding=UTF8 --lock-wait-timeout=300000 >"$1"; }
write_globals() {
  PGCLIENTENCODING=$known_encoding pg_dumpall --globals-only --database="$(any_database)" >"$1" && cat "$JOB/everyone.settings.sql" >>"$1"
}
# write_objects FILES WORD…: all that is few, in one session.
write_objects() {
  local words=()
  [[ ! $system_since ]] || words=(since="$system_since" ">$1.system" system.sql)
  query verify="$PGLADDER_VERIFY" ">$1.sequences" sequences.sql ">$1.settings" facts.sql ">$1.catalog" catalog.sql \
    ">$1.careful" careful.sql "${words[@]}" "${@:2}"
}

# The number of the first transaction after initdb; empty where nobody noted what initdb had made.
system_since=''
# note_system DIRECTORY: what the system's own catalogs hold before anything is restored. What a restore runs as the
# superuser could change them, and nothing else would show it. It holds for a restore alone, where each row that was
# written since then has a later number: pg_upgrade sets the number to the old cluster's, so there it tells nothing.
note_system() {
  mkdir -p "$1"
  if [[ -f $PGDATA/$SYSTEM_NOTE ]]; then
    { read -r system_since && cat >"$1/system"; } <"$PGDATA/$SYSTEM_NOTE"
    rm "$PGDATA/$SYSTEM_NOTE"
    digits system_since "$system_since"
    return
  fi
  system_since=$(PGDATABASE=postgres psql -XAtqc 'SELECT txid_current()') || fail 'The new server does not answer'
  digits system_since "$system_since"
  PGDATABASE=postgres must query since=0 ">$1/system" system.sql
}
# In a new cluster that was initialised ahead: the number, and lines as of `system`.
readonly SYSTEM_NOTE=pgladder.system
# note_system_ahead: into the cluster itself, whose server serves nobody; `note_system` takes it from there.
note_system_ahead() {
  note_system "$JOB/noted"
  { printf '%s\n' "$system_since" && cat "$JOB/noted/system"; } >"$PGDATA/$SYSTEM_NOTE"
}

# counts_apart: whether the current database's rows are counted by sessions of their own. Sizes are few, and so are the
# rows of a small one.
counts_apart() { [[ $PGLADDER_VERIFY != schema && $PGLADDER_VERIFY != sizes ]] && is_big; }
counts_along() { ! counts_apart; }

# also_ask NUMBER sets what else is asked in the same session, in words of `query`; a script may have its own.
also=()
also_ask() { :; }

# The same, by the hook also_list NUMBER OID, where the sizes are asked for.
also_list() { also=(); }

# list_sizes DIRECTORY LIST: of every database of LIST (lines as of `list_databases`) the sizes of its tables, in
# a file that has the line's number for its name.
list_sizes() {
  mkdir -p "$1"
  databases_beside "$2" every list_tables "$1"
  [[ ! -s $2 ]] || require_lines '[rm] [0-9]{1,18} [0-9]{1,18}' "$1"/*
}
list_tables() {
  also_list "$number" "$id"
  must query ">$1/$number" sizes.sql "${also[@]}"
}

# list_unlogged LIST: puts {"database": ["schema.table", …], …} into `unlogged_tables`, of those databases of LIST that have
# tables which a crash empties.
list_unlogged() {
  local word name said out=''
  while read -r _ _ _ word <&3; do
    name_of "$word"
    said=$(PGDATABASE=$name query unlogged.sql) || fail "'$name' was not asked for its unlogged tables"
    [[ $said == '[]' ]] || out+=${out:+,}$(json_string "$name"):$said
  done 3<"$1"
  unlogged_tables="{$out}"
}

# Tables are counted in the order of the sizes' list, the biggest first.
measure_rows() {
  local rows sizes
  [[ $1 ]] || return 0
  IFS='|' read -r rows sizes <<<"$1"
  first_bytes "$(cat "$rows"* 2>/dev/null | wc -l)" "$sizes"
}

# fingerprint DIRECTORY LIST SIZES: every database of LIST (lines as of `list_databases`), with its `list_sizes`.
fingerprint() {
  local directory=$1 list=$2 sizes=$3 globals total counted=0 bigs=0
  mkdir -p "$directory"
  total=$(all_bytes '' "$sizes"/*)
  phase globals
  write_globals "$directory/globals.sql" &
  globals=$!
  cut -d' ' -f4 <"$list" >"$directory/databases"
  cp "$JOB/cluster.entries" "$directory/cluster"
  each_database "$list" counts_apart write_big
  phase schema '' "$(lines_in "$list")" databases '' "$bigs"
  databases_beside "$list" counts_along write_database
  wait "$globals" || fail "write_globals exited with $?"
}
# Its rows are counted while the rest is asked.
write_big() {
  local rows code=0
  phase rows "$name" "$total" bytes "$directory/$number.rows|$sizes/$number" "$counted"
  write_rows "$directory/$number.rows" &
  rows=$!
  write_database
  wait "$rows" || code=$?
  ((code == 0)) || fail "write_rows exited with $code" "$code"
  counted=$((counted + $(all_bytes '' "$sizes/$number"))) bigs=$((bigs + 1))
}
measure_schema() { beside_done; }
# Schema and objects beside each other: both wait for the server more than they work.
write_database() {
  local schema code=0 rows=()
  write_schema "$directory/$number.schema.sql" &
  schema=$!
  also_ask "$number"
  [[ $PGLADDER_VERIFY == schema ]] || counts_apart || rows=(jobs=1 job=0 ">$directory/$number.rows" rows.sql)
  must write_objects "$directory/$number" "${rows[@]}" "${also[@]}"
  [[ ${#rows[@]} == 0 ]] || must settle_rows "$directory/$number.rows"
  wait "$schema" || code=$?
  ((code == 0)) || fail "write_schema exited with $code" "$code"
}

# fingerprint_configuration DIRECTORY FILES [TOLD]: what is configured, by the current server, and whoever may log
# in by the files in FILES. TOLD are settings that the new server could not take as they were.
fingerprint_configuration() {
  local name sum files=()
  [[ -f $JOB/conf/postgresql.conf ]] || return 0
  mkdir -p "$1"
  PGDATABASE=$(any_database) query configuration.sql told="${3:-}" >"$1/configuration"
  for name in pg_hba.conf pg_ident.conf; do [[ ! -f $JOB/conf/$name ]] || files+=("$2/$name"); done
  ((${#files[@]} > 0)) || return 0
  sha256sum "${files[@]}" >"$JOB/sums"
  while read -r sum name; do
    printf '["file","%s","%s"]\n' "${name##*/}" "$sum"
  done <"$JOB/sums" >>"$1/configuration"
}
