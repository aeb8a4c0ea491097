#!/usr/bin/env bash
# Indexes over text are sorted by a collation. Where the new image's library sorts by another version of it,
# those indexes are built again, and only those.

# also_note_collations NUMBER: while the old cluster's databases are read, which collations the indexes of each
# depend on, and their versions; one file a database of JOB/databases.
also_note_collations() { also=(">$JOB/collations.$1" collations.sql); }

# Whether an index depends on a collation that a library could sort otherwise.
sorts_by_a_library() { grep -avE '^\["pg_catalog", "(C|POSIX)", ' "$JOB/collations.$1" >/dev/null; }

# follow_image SUBSCRIPTIONS MEMBERS: every database of JOB/databases, its extensions as this image has them, indexes as its
# libraries sort, and what `settle_databases` does besides.
follow_image() {
  local list
  each_database "$JOB/databases" is_rebuilt_apart rebuild_apart
  settle_databases "$JOB/databases" "$@"
  list=$(cat "$JOB"/reindex.*.* 2>/dev/null | grep -a . || true)
  fact_json indexes_rebuilt "$(if [[ $list ]]; then mapfile -t lines <<<"$list" && json_list "${lines[@]}"; else printf '[]'; fi)"
}
is_rebuilt_apart() { is_big && sorts_by_a_library "$number"; }
rebuild_apart() {
  phase extensions "$name"
  must query extensions.sql
  phase reindex "$name"
  rebuild_in "$number" "$name"
}
# A small database's indexes are built by the session that settles it.
also_settle() {
  also=()
  ! is_small || ! sorts_by_a_library "$number" ||
    also=(file="$JOB/collations.$number" jobs=1 job=0 ">$JOB/reindex.$number.0" reindex.sql '>')
  also+=(refresh_collations.sql)
}

# rebuild_in NUMBER NAME: the indexes of one database that depend on a collation of another version. As many at a
# time as there are jobs, the biggest first; every statement stands in reindex.N.
rebuild_in() {
  local part pid pids=() code=0
  for ((part = 0; part < PGLADDER_JOBS; part++)); do
    PGDATABASE=$2 with_own_time_zone query reindex.sql file="$JOB/collations.$1" jobs="$PGLADDER_JOBS" job="$part" >"$JOB/reindex.$1.$part" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || code=$?; done
  ((code == 0)) || fail "The indexes of \"$2\" could not be rebuilt" "$code"
}
