#!/bin/sh
# An upgrade that is under way, or not committed yet, needs pgladder to go on or
# back. Its journal and data lie beside the volume, and this package with them
# has nothing to do: it only says so.
set -e

if [ "$1" = remove ]; then
  for pointer in /var/lib/pgladder/runs/*.json; do
    [ -e "$pointer" ] || continue
    container=$(sed -n 's/.*"container":"\([^"]*\)".*/\1/p' "$pointer")
    echo "pgladder: The upgrade of \"$container\" is not committed: its journal and the old data stay where they are" >&2
    echo "  → Install pgladder again to go on, back, or to commit: pgladder status $container" >&2
  done
fi
exit 0
