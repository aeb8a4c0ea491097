#!/bin/sh
# Puts into a directory what a release consists of, with its checksums: the one
# file and the Debian package. The same commit gives the same bytes.
#   release.sh FILE VERSION DIRECTORY
set -eu
export LC_ALL=C
umask 022

file=$1 version=$2 directory=$3
here=$(cd "$(dirname "$0")" && pwd)

rm -rf "$directory"
mkdir -p "$directory"
cp "$file" "$directory/pgladder-$version-x86_64"
chmod 755 "$directory/pgladder-$version-x86_64"
sh "$here/deb.sh" "$file" "$version" "$directory"
cd "$directory"
sha256sum -- "pgladder-$version-x86_64" *.deb >SHA256SUMS
cat SHA256SUMS
