#!/usr/bin/env bash
# Everything that breaks an upgrade on purpose, and at the end one table of it:
# layer, what was tried, violations. The layers add their rows by tests/tally.ts.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
PGLADDER_TABLE=$(mktemp)
trap 'rm -f "$PGLADDER_TABLE"' EXIT
export PGLADDER_TABLE
# How much of each layer; a whole host takes half a minute for each case.
export PGLADDER_KILLS=${PGLADDER_KILLS:-all}
export PGLADDER_CUTS=${PGLADDER_CUTS:-200}
export PGLADDER_MOMENTS=${PGLADDER_MOMENTS:-all}
export PGLADDER_RIG_CUTS=${PGLADDER_RIG_CUTS:-10}
export PGLADDER_RIG_KILLS=${PGLADDER_RIG_KILLS:-20}
export PGLADDER_ZOO_SEEDS=${PGLADDER_ZOO_SEEDS:-1-2000}
export PGLADDER_HOSTILE=${PGLADDER_HOSTILE:-all}
failed=0

tests/run.sh tests/contract tests/specs tests/crash tests/zoo tests/hostile tests/machines || failed=1
sh lib/pack/deno.sh run -A tests/crash/main.ts || failed=1

printf '\n%-48s %10s  %s\n' layer tried violations
while IFS=$'\t' read -r layer tried violations; do
  printf '%-48s %10s  %s\n' "$layer" "$tried" "$violations"
  ((violations == 0)) || failed=1
done <"$PGLADDER_TABLE"
exit "$failed"
