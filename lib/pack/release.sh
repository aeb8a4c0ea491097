#!/bin/sh
# Puts into a directory what a release consists of, with its checksums: the one
# file for each kind of machine, and its Debian package. The same commit gives the
# same bytes.
#   release.sh VERSION DIRECTORY FILE…
set -eu
export LC_ALL=C
umask 022

version=$1 directory=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)

rm -rf "$directory"
mkdir -p "$directory"
for file; do
  machine=$(sed -n '3{s/.* machine=\([^ ]*\) .*/\1/p;q}' "$file")
  cp "$file" "$directory/pgladder-$version-$machine"
  chmod 755 "$directory/pgladder-$version-$machine"
  sh "$here/deb.sh" "$file" "$version" "$directory"
done
cd "$directory"
sha256sum -- "pgladder-$version-"* *.deb >SHA256SUMS
cat SHA256SUMS
