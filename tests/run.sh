#!/usr/bin/env bash
# Runs test files or folders with Deno, one suite after another, and sums up.
#   tests/run.sh lib journal tests/specs
set -uo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 broken=0

for suite in "$@"; do
  started=$SECONDS
  NO_COLOR=1 sh lib/pack/deno.sh test -A "$suite" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  # Deno's closing line: "ok | 12 passed (3 steps) | 0 failed (4s)".
  line=$(grep -E '^(ok|FAILED) \| [0-9]+ passed' "$log" | tail -n 1)
  p=$(printf '%s' "$line" | sed -nE 's/.*\| ([0-9]+) passed.*/\1/p')
  f=$(printf '%s' "$line" | sed -nE 's/.*\| ([0-9]+) failed.*/\1/p')
  passed=$((passed + ${p:-0}))
  failed=$((failed + ${f:-0}))
  if [ "$code" -ne 0 ] && [ "${f:-0}" -eq 0 ]; then broken=$((broken + 1)); fi
  printf '%s: %s s\n' "$suite" "$((SECONDS - started))"
done

printf '%d passed, %d failed\n' "$passed" "$((failed + broken))"
[ "$((failed + broken))" -eq 0 ] && [ "$passed" -gt 0 ]
