#!/usr/bin/env bash
# How every session of pgladder talks to a server, be it psql, pg_dump, pg_dumpall, pg_restore, vacuumdb or what pg_upgrade
# opens: whatever files, ALTER SYSTEM, roles, databases, the command line or the environment say, text looks alike on
# both sides and means the same. What the client asks for as it connects comes last of all these and wins.

# What shapes text, in and out, or what a statement means; every server since 10 knows these.
# The old servers' floating point numbers are those of the new ones only by the least of digits; pg_dump sets its own.
readonly PINNED=(
  DateStyle=ISO,YMD TimeZone=UTC IntervalStyle=postgres extra_float_digits=0 bytea_output=hex
  xmlbinary=base64 xmloption=content quote_all_identifiers=off search_path=pg_catalog
  lc_messages=C lc_monetary=C lc_numeric=C lc_time=C client_min_messages=warning
  standard_conforming_strings=on backslash_quote=safe_encoding
  array_nulls=on transform_null_equals=off check_function_bodies=off lo_compat_privileges=off
  constraint_exclusion=off gin_fuzzy_search_limit=0 synchronize_seqscans=off default_tablespace= row_security=off
)
# What may stop the work or be stopped by it, or write into a log what is nobody's business.
readonly UNHINDERED=(
  default_transaction_read_only=off role=none session_replication_role=origin
  'default_transaction_isolation=read committed' default_transaction_deferrable=off
  statement_timeout=0 lock_timeout=0 idle_in_transaction_session_timeout=0 temp_file_limit=-1
  log_statement=none log_min_duration_statement=-1 log_min_error_statement=panic log_error_verbosity=terse
)

# unhindered_in MAJOR: puts into `settings` those, and what only later servers know of their kind: one that does not know a
# setting lets nobody in.
unhindered_in() {
  settings=("${UNHINDERED[@]}")
  (($1 < 14)) || settings+=(idle_session_timeout=0)
  (($1 < 17)) || settings+=(transaction_timeout=0)
}

# as_options SETTING…: as PGOPTIONS takes them, where a space parts words.
as_options() {
  local setting out=''
  for setting; do
    setting=${setting//\\/\\\\}
    out+=" -c ${setting// /\\ }"
  done
  printf '%s' "${out# }"
}

# with_own_time_zone COMMAND…: where rows are written. What is computed of them then (generated columns, indexes over
# functions that only say that they are immutable) follows the database's own time zone, as it did for whoever wrote
# them first; what is read names its offset.
with_own_time_zone() {
  local PGOPTIONS=${PGOPTIONS/ -c TimeZone=UTC/}
  "$@"
}

# The environment of the service and of the image must not lead our clients elsewhere: what counts is set here.
forget_environment() {
  local name
  for name in "${!PG@}"; do [[ $name == PGLADDER_* || $name == PG_* || $name == PGDATA ]] || unset "$name"; done
  unset TZ
}

# options_known_in MAJOR: PGOPTIONS without what that version no longer has. 19 has no other strings than the standard's,
# and nothing to warn of.
options_known_in() {
  (($1 < 19)) && printf '%s' "$PGOPTIONS" || printf '%s' "${PGOPTIONS/ -c escape_string_warning=off/}"
}

# Sets PGOPTIONS for all that follows. Call it with the server up.
session_options() {
  local settings
  any_database >/dev/null
  unhindered_in $((known_version / 10000))
  settings+=("${PINNED[@]}" escape_string_warning=off)
  ((known_version < 170000)) || settings+=(event_triggers=off)
  PGOPTIONS=$(as_options "${settings[@]}")
  PGOPTIONS=$(options_known_in $((known_version / 10000)))
  export PGOPTIONS
  printf '%s' "$PGOPTIONS" >"$JOB/.$job.options"
}
