#!/usr/bin/env bash
# Indexes over text are sorted by a collation. Where the new image's library sorts by another version of it,
# those indexes are built again, and only those.

# also_note_collations NUMBER: while the old cluster's databases are read, which collations the indexes of each
# depend on, and their versions; one file a database of JOB/databases.
also_note_collations() { also=(">$JOB/collations.$1" collations.sql); }

# Whether an index depends on a collation that a library could sort otherwise.
sorts_by_a_library() { grep -avE '^\["pg_catalog", "(C|POSIX)", ' "$JOB/collations.$1" >/dev/null; }

# Every database of JOB/databases: extensions as this image has them, and indexes as its libraries sort.
follow_image() {
  local number=0 word name list
  while read -r _ _ _ word <&3; do
    number=$((number + 1))
    name_of "$word"
    phase extensions "$name"
    if ! sorts_by_a_library "$number"; then
      PGDATABASE=$name must query extensions.sql refresh_collations.sql
      continue
    fi
    PGDATABASE=$name must query extensions.sql
    phase reindex "$name"
    rebuild_in "$number" "$name"
    PGDATABASE=$name must query refresh_collations.sql
  done 3<"$JOB/databases"
  list=$(cat "$JOB"/reindex.*.* 2>/dev/null | grep -a . || true)
  fact_json indexes_rebuilt "$(if [[ $list ]]; then mapfile -t lines <<<"$list" && json_list "${lines[@]}"; else printf '[]'; fi)"
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
