#!/usr/bin/env bash
# The restore: globals, then every database.

# Roles and settings. The new cluster has its bootstrap superuser already, and that one error alone is
# expected; psql goes on after it, and every other one is counted here.
restore_globals() {
  local code=0 number error expected statement
  phase restore_globals
  PGDATABASE=postgres run run_written /dump/globals.sql 2>"$JOB/globals.errors" >/dev/null || code=$?
  redact <"$JOB/globals.errors"
  ((code == 0)) || fail "The globals were not restored: psql exited with $code" "$code"
  expected="ERROR:  role \"$PGUSER\" already exists"
  while IFS= read -r error; do
    [[ ${error#*: } != "$expected" ]] || { expected=' none'; continue; }
    number=${error#psql:*:}
    digits number "${number%%:*}" 1
    statement=$(sed -n "${number}p" /dump/globals.sql | redact)
    fail "The globals were not restored: ${error#*: }"$'\n'"Command was: $statement"
  done < <(grep -aE '^psql:[^:]*:[0-9]+: (ERROR|FATAL|PANIC):' "$JOB/globals.errors")
  rm "$JOB/globals.errors"
}

# Foreign keys come by themselves, after everything else: on partitioned tables they lock what pg_restore
# does not know of, and would deadlock with other jobs. Event triggers follow them, or they would fire.
readonly LATE='^[0-9]+; [0-9]+ [0-9]+ (FK CONSTRAINT|EVENT TRIGGER|COMMENT .*(CONSTRAINT|EVENT TRIGGER)) '
# Encoding, string syntax and search path, which no list names and every restore takes.
readonly UNLISTED=3

# Where the dump has their rows: see matviews.sh.
readonly REFRESHED='^[0-9]+; [0-9]+ [0-9]+ MATERIALIZED VIEW DATA '

# split_entries OID LIST: all entries of a dump, in LIST.first and LIST.late. A restore by list leaves out
# what is not in it, so a list that may not be complete is not used: returns 1. Names may be no UTF-8,
# hence grep -a.
split_entries() {
  local total
  pg_restore --create -l "/dump/db-$1" >"$2"
  digits total "$(sed -nE 's/^; +TOC Entries: ([0-9]+)$/\1/p' "$2" | head -n 1)" none
  [[ $total != none ]] && (($(grep -acE '^[0-9]+; ' "$2") + UNLISTED == total)) || return 1
  if [[ -e /dump/matviews-$1/list ]]; then
    grep -avE "$REFRESHED" "$2" >"$2.all"
    mv "$2.all" "$2"
  fi
  grep -avE "$LATE" "$2" >"$2.first"
  # Where none is late, grep has found nothing.
  grep -aE "$LATE" "$2" >"$2.late" || true
}

# restore_database OID NAME ENCODING JOBS OPTION…: `postgres` and `template1` exist already and are replaced, each
# from within the other. One session has no other to lock out, and pg_restore's own order is what comes late.
restore_database() {
  local id=$1 name=$2 encoding=$3 jobs=$4 options=("${@:5}") from=postgres list=$JOB/restore.list
  [[ $name != postgres && $name != template1 ]] || options=(--clean --if-exists)
  [[ $name != postgres ]] || from=template1
  options+=(--exit-on-error --jobs="$jobs")
  if { ((jobs == 1)) && [[ ! $loader && ! -s /dump/matviews-$id/list ]]; } || ! split_entries "$id" "$list"; then
    with_own_time_zone run_unseen pg_restore --create "${options[@]}" --dbname="$from" "/dump/db-$id" || return
    stored_matviews
    return
  fi
  if [[ $loader ]]; then
    restore_with_care "$id" "$name" "$from" "$list" "${options[@]}" || return
  else
    with_own_time_zone run_unseen pg_restore --create "${options[@]}" --use-list="$list.first" --dbname="$from" "/dump/db-$id" || return
  fi
  # An event trigger may mind whoever logs in.
  stored_matviews
  [[ -s $list.late ]] || return 0
  with_own_time_zone run_unseen pg_restore --exit-on-error --jobs="$jobs" --use-list="$list.late" --dbname="$(connection_to "$name")" "/dump/db-$id"
}

# stored_matviews: of the database that `restore_database` works on.
stored_matviews() {
  [[ ! -e /dump/matviews-$id/list ]] || PGDATABASE=$name PGCLIENTENCODING=$encoding fill_matviews "/dump/matviews-$id"
}

# The role that puts rows into tables where an ordinary role's code runs as they come: it may read all rows and add some,
# and nothing else that only a superuser may. Empty where the restore itself does it.
loader='' made_loader=''
# loader_options: of the settings of our sessions those that such a role may set, in the database's own time zone.
loader_options() {
  local setting settings own=()
  unhindered_in $((known_version / 10000))
  for setting in "${PINNED[@]}" "${settings[@]}"; do
    [[ $setting =~ ^(TimeZone|lc_messages|lo_compat_privileges|session_replication_role|temp_file_limit|log_.*)= ]] ||
      own+=("$setting")
  done
  as_options "${own[@]}"
}
# as_loader COMMAND…: as the superuser where there is none.
as_loader() {
  [[ $made_loader ]] || { with_own_time_zone "$@"; return; }
  local PGOPTIONS PGUSER=$made_loader
  PGOPTIONS=$(loader_options)
  "$@"
}
readonly PRIVILEGES='^[0-9]+; [0-9]+ [0-9]+ (DEFAULT )?ACL '
readonly EARLY_PRIVILEGES='^[0-9]+; [0-9]+ [0-9]+ ACL (- DATABASE|.* (FUNCTION|PROCEDURE|AGGREGATE)) '

# split_with_care OID LIST: LIST.first in LIST.before, LIST.rows and LIST.after. Privileges come last, but those on
# functions: before them everybody may call each one, also with its owner's rights.
split_with_care() {
  pg_restore --create --section=pre-data -l "/dump/db-$1" >"$2.pre"
  grep -aE '^[0-9]+; ' "$2.pre" | grep -axFf - "$2.first" | awk -v all="$PRIVILEGES" -v own="$EARLY_PRIVILEGES" \
    '$0 !~ all || $0 ~ own' >"$2.before"
  grep -aE '^[0-9]+; [0-9]+ [0-9]+ TABLE DATA ' "$2.first" >"$2.rows" || true
  grep -avxFf <(cat "$2.before" "$2.rows") "$2.first" >"$2.after" || true
}

# restore_with_care OID NAME FROM LIST OPTION…
restore_with_care() {
  local id=$1 name=$2 from=$3 list=$4 options=("${@:5}") to
  to=$(connection_to "$name")
  split_with_care "$id" "$list"
  with_own_time_zone run_unseen pg_restore --create "${options[@]}" --use-list="$list.before" --dbname="$from" "/dump/db-$id" || return
  admit_loader "$name" ''
  as_loader run_unseen pg_restore --data-only --exit-on-error --jobs="$PGLADDER_JOBS" \
    --use-list="$list.rows" --dbname="$to" "/dump/db-$id" || return
  dismiss_loader "$name"
  with_own_time_zone run_unseen pg_restore --exit-on-error --jobs="$PGLADDER_JOBS" --use-list="$list.after" --dbname="$to" "/dump/db-$id"
}

# How many may connect to the database that the loader is admitted to.
connections=-1
# admit_loader NAME RELATIONS: to a database, and its tables of these OIDs, or all.
admit_loader() {
  connections=$(PGDATABASE=$1 psql -XAtqc 'SELECT datconnlimit FROM pg_database WHERE datname = current_database()') ||
    fail 'The new server does not answer'
  digits connections "$connections" -1
  PGDATABASE=$1 must query loader="$made_loader" relations="$2" entrust.sql limit=-1 word=GRANT of=TO admit.sql
}

# dismiss_loader NAME: it has nothing there any more.
dismiss_loader() {
  PGDATABASE=$1 must query limit="$connections" word=REVOKE of=FROM loader="$made_loader" admit.sql forget_loader.sql
}

# make_loader: where it is missing. Servers before 14 have no role that may read all rows.
make_loader() {
  [[ ! $made_loader ]] || return 0
  ((known_version >= 140000)) || return 0
  made_loader=pgladder_$RANDOM$RANDOM
  PGDATABASE=postgres must psql -Xqc "CREATE ROLE $made_loader LOGIN BYPASSRLS IN ROLE pg_read_all_data"
}

# needs_care NUMBER: whether rows of this database are put in by the loader.
needs_care() {
  loader=''
  [[ ! -s /dump/fingerprint/$1.careful ]] || { make_loader; loader=$made_loader; }
}

# restore_anyhow OID NAME ENCODING JOBS OPTION…: a deadlock between jobs is nobody's fault: once more, one statement after
# the other.
# shellcheck disable=SC2154 # `phase_log` and `job` are lib.sh's.
restore_anyhow() {
  local code=0
  restore_database "$@" || code=$?
  if ((code != 0)) && tail -c +$((phase_log + 1)) "$JOB/$job.log" | grep -aq 'ERROR:  deadlock detected'; then
    say 'a deadlock: the database is restored again, with one job'
    code=0
    restore_database "$1" "$2" "$3" 1 --clean --if-exists || code=$?
  fi
  ((code == 0)) || fail "pg_restore exited with $code" "$code"
}

# Bytes of the new database so far, of those that the old one had, and how many of its tables and indexes are
# there. It is the newest directory; before it is there nobody connects, for one of its name may be dropped.
measure_restore() {
  local number word most began newest bytes lines=() filled indexes
  [[ $1 ]] || { beside_done && return; }
  read -r number word most began <<<"$1"
  digits most "$most"
  newest=$(newest_database)
  ((newest > began)) || return 0
  bytes=$(disk_bytes "$PGDATA/base/$newest")
  printf '%s\n' $((bytes < most ? bytes : most))
  (($(age_of "$PGDATA/base/$newest/PG_VERSION") >= 2)) || return 0
  mapfile -t lines < <(ask_progress "$word" at_work.sql)
  [[ ${lines[1]:-} ]] || return 0
  IFS='|' read -r _ filled _ indexes <<<"${lines[0]}"
  sizes_in "/dump/sizes/$number" | awk -v filled="$filled" -v indexes="$indexes" '
    $1 == "r" && $2 > 0 { tables++ }
    { built += $3 }
    END { if (NR) printf "\"tables\":[%d,%d],\"indexes\":[%d,%d],", filled, tables, indexes, built }'
  printf '"now":%s\n' "${lines[1]}"
}

newest_database() {
  local place found newest=0
  for place in "$PGDATA"/base/[0-9]*; do
    digits found "${place##*/}"
    ((found <= newest)) || newest=$found
  done
  printf '%s' "$newest"
}

# is_apart: whether the current database is restored while no other one is: it takes all jobs, or needs a role that others
# would share, or is one that every other restore begins in.
is_apart() {
  is_big || [[ $name == postgres || $name == template1 || -s /dump/fingerprint/$number.careful || -s /dump/matviews-$id/list ]]
}
is_beside() { ! is_apart; }

restore_all() {
  local total=0 before=0
  require_lines "$DATABASE_LINE" /dump/databases
  restore_globals
  each_database /dump/databases every add_bytes
  each_database /dump/databases is_apart restore_apart
  phase restore '' "$total" bytes '' "$before"
  databases_beside /dump/databases is_beside restore_beside
  each_database /dump/databases has_failed restore_apart --clean --if-exists
  [[ ! $made_loader ]] || PGDATABASE=template1 must psql -Xqc "DROP ROLE $made_loader"
  drop_what_was_not_there /dump/databases
}
add_bytes() { total=$((total + bytes)); }
# restore_apart OPTION…
restore_apart() {
  phase restore "$name" "$total" bytes "$number $word $bytes $(newest_database)" "$before"
  needs_care "$number"
  restore_anyhow "$id" "$name" "$encoding" "$(jobs_for "$bytes")" "$@"
  before=$((before + bytes))
}
# Two that are restored at a time may change one row of a catalog that all databases share: nobody's fault, either.
restore_beside() {
  weight=$bytes loader=''
  restore_database "$id" "$name" "$encoding" 1 || { say "'$name' is restored once more, by itself" && : >"$JOB/restore.$number.failed"; }
}
has_failed() { [[ -e $JOB/restore.$number.failed ]]; }
