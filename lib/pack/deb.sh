#!/bin/sh
# Makes pgladder_VERSION_amd64.deb (or _arm64) of dist/pgladder: the one file, its
# man page and completions. It needs nothing beyond dpkg-deb, and what it makes
# depends on nothing that a Debian could be without. The same commit gives the
# same bytes.
#   deb.sh FILE VERSION DIRECTORY
set -eu
export LC_ALL=C
umask 022

file=$1 version=$2 directory=$3
here=$(cd "$(dirname "$0")" && pwd)
: "${SOURCE_DATE_EPOCH:=$(git -C "$here" log -1 --format=%ct 2>/dev/null || echo 0)}"
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
# The third line of the file, where build.sh has written for which machine it is.
machine=$(sed -n '3{s/.* machine=\([^ ]*\) .*/\1/p;q}' "$file")
case $machine in
  x86_64) architecture=amd64 ;;
  aarch64) architecture=arm64 ;;
  *) echo "deb: \"$file\" is not what make build makes" >&2 && exit 1 ;;
esac
# A file for another machine cannot print its pages here: its source does.
if [ "$machine" != "$(uname -m)" ]; then
  PRINTER=$work/printer SOURCE=$here/../..
  echo 'cd "$SOURCE" && exec sh lib/pack/deno.sh run -A main.ts "$@"' >"$PRINTER"
  export PRINTER SOURCE
fi
ZSH_DIRECTORY=share/zsh/vendor-completions sh "$here/install.sh" "$file" "$root/usr"
gzip -9n "$root/usr/share/man/man1/pgladder.1"
mkdir -p "$root/usr/share/doc/pgladder" "$root/DEBIAN"
cp "$here/../../LICENSE" "$root/usr/share/doc/pgladder/copyright"
chmod 644 "$root/usr/share/doc/pgladder/copyright"
cp "$here/deb_prerm.sh" "$root/DEBIAN/prerm"
cp "$here/deb_postrm.sh" "$root/DEBIAN/postrm"
chmod 755 "$root/DEBIAN/prerm" "$root/DEBIAN/postrm"
(cd "$root" && find usr -type f | sort | xargs md5sum) >"$root/DEBIAN/md5sums"
# du counts blocks, which differ between file systems.
bytes=$(find "$root/usr" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
cat >"$root/DEBIAN/control" <<CONTROL
Package: pgladder
Version: $version
Architecture: $architecture
Maintainer: The pgladder authors <pgladder@localhost>
Installed-Size: $(((bytes + 1023) / 1024))
Section: database
Priority: optional
Suggests: podman | docker.io
Description: upgrades a containerised PostgreSQL, step by step, with a way back
 pgladder upgrades a PostgreSQL that podman or docker runs to a new major
 version step by step. Before and after each step it writes
 to a journal next to the volume, so an interrupted upgrade goes on at the
 right step, and a rollback knows exactly which moves to undo.
CONTROL

# The program is compressed already.
mkdir -p "$directory"
deb=$directory/pgladder_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zgzip -z1 --build "$root" "$work/deb" >/dev/null
mv "$work/deb" "$deb"
echo "$deb: $(wc -c <"$deb") bytes"
