#!/bin/sh
# What pgladder unpacked of itself goes with it, unless it is at work. What
# belongs to an upgrade stays: on a purge, the list of them goes as well, which
# is a convenience; every run's journal lies beside its volume.
set -e

case $1 in
  remove | purge) ;;
  *) exit 0 ;;
esac
running=$(ls -l /proc/[0-9]*/exe 2>/dev/null || true)
for place in /var/lib/pgladder /run/pgladder /var/tmp/pgladder-0 /tmp/pgladder-0; do
  # In /tmp it may be somebody else's, or a link to somewhere.
  [ -d "$place" ] && [ ! -L "$place" ] && [ -O "$place" ] || continue
  for left in "$place"/bin-* "$place"/new-*; do
    [ -d "$left" ] || continue
    case $running in
      *"$left/"*) ;;
      *) rm -rf "$left" ;;
    esac
  done
  [ "$1" != purge ] || rm -rf "$place/runs"
  rmdir --ignore-fail-on-non-empty "$place"
done
exit 0
