#!/usr/bin/env bash
# Stands before a program of its own name and passes everything on, but for one
# call: the one whose number is in /run/wrapped/at misbehaves as
# /run/wrapped/manner says.
name=${0##*/}
manner=none
{
  # Two commands at once are counted as two.
  flock 9
  count=$(($(cat /run/wrapped/count 2>/dev/null || echo 0) + 1))
  echo "$count" >/run/wrapped/count
  if [[ $count == "$(cat /run/wrapped/at 2>/dev/null)" ]]; then
    manner=$(cat /run/wrapped/manner)
  fi
} 9>/run/wrapped.lock

case $manner in
die)
  # pgladder is killed as it starts the command.
  kill -KILL "$PPID"
  exit 1
  ;;
late)
  "/usr/bin/$name" "$@"
  code=$?
  kill -KILL "$PPID"
  exit "$code"
  ;;
fail)
  echo "Error: $name has failed" >&2
  exit 125
  ;;
lie)
  # It says that it did well, and did nothing.
  exit 0
  ;;
hang) sleep 300 ;;
esac
exec "/usr/bin/$name" "$@"
