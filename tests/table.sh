#!/usr/bin/env bash
# Prints the table of `make test-crash` from the rows that its layers have
# added to a file (tests/tally.ts): layer, what was tried, violations.
#   tests/table.sh FILE
set -euo pipefail
rows=0 wrong=0
printf '\n%-48s %10s  %s\n' layer tried violations
while IFS=$'\t' read -r layer tried violations; do
  printf '%-48s %10s  %s\n' "$layer" "$tried" "$violations"
  rows=$((rows + 1)) wrong=$((wrong + violations))
done <"$1"
((rows > 0)) || { echo 'No layer has added a row' >&2 && exit 1; }
((wrong == 0))
