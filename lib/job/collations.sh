#!/usr/bin/env bash
# Indexes over text are sorted by a collation. Where the new image's library sorts by another version of it,
# those indexes are built anew, and only those.

# One file a database of JOB/databases: the collations that its indexes depend on, and their versions.
note_collations() {
  local number=0 word name
  phase collations
  while read -r _ _ _ word <&3; do
    number=$((number + 1))
    name=$(decode "$word" && printf x)
    PGDATABASE=${name%x} must query collations.sql >"$JOB/collations.$number"
  done 3<"$JOB/databases"
}

# As many at a time as there are jobs, the biggest first; every statement stands in reindex.N.
rebuild_indexes() {
  local number=0 word name part pid pids code=0 list
  while read -r _ _ _ word <&3; do
    number=$((number + 1))
    name=$(decode "$word" && printf x)
    phase reindex "${name%x}"
    pids=()
    for ((part = 0; part < PGLADDER_JOBS; part++)); do
      PGDATABASE=${name%x} query reindex.sql file="$JOB/collations.$number" jobs="$PGLADDER_JOBS" job="$part" \
        >"$JOB/reindex.$number.$part" &
      pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || code=$?; done
    ((code == 0)) || fail "The indexes of \"${name%x}\" could not be rebuilt" "$code"
    PGDATABASE=${name%x} must query refresh_collations.sql
  done 3<"$JOB/databases"
  list=$(cat "$JOB"/reindex.*.* | grep -a . || true)
  fact_json indexes_rebuilt "$(if [[ $list ]]; then mapfile -t lines <<<"$list" && json_list "${lines[@]}"; else printf '[]'; fi)"
}
