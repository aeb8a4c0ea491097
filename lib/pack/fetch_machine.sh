#!/bin/sh
# Fetches what runs the program on a machine of another kind than this one:
#   fetch_machine.sh MACHINE PAYLOAD
# puts into the directory PAYLOAD
#   deno                Deno's own program for it, as npm has it
#   pgladder, lib/      the loader of Debian's C library, and what Deno is linked to
#   LICENSES/           of that C library
# MACHINE is what `uname -m` says there. It needs npm (of Node.js), and what
# debian.sh needs.
set -eu
export LC_ALL=C
umask 022

machine=$1 payload=$2
here=$(cd "$(dirname "$0")" && pwd)
version=$(sed -n 's/^version=//p' "$here/deno.sh")

# The integrity is what `npm view PACKAGE@VERSION dist.integrity` prints.
case $machine in
  x86_64)
    package=@deno/linux-x64-glibc debian=amd64 loader=ld-linux-x86-64.so.2
    integrity=sha512-3md4TKLCuzsLDmfOoC5KN7NAZaxSVkMgm64vg6foD00JBADCpYS2/5QqXfzgnP5ZQz3iLP9vBQJtEgc116OAoQ==
    ;;
  aarch64)
    package=@deno/linux-arm64-glibc debian=arm64 loader=ld-linux-aarch64.so.1
    integrity=sha512-poqhoH9B3nYloigEMPT5t8HY+wBeiuea1An5Q7fqgJzP0SYmWsoS/oUnWO/pEiA4ofzIBy1Elt/in58xKtxEoQ==
    ;;
esac

fail() {
  printf 'build: %s\n' "$1" >&2
  exit 1
}

command -v npm >/dev/null || fail "npm is needed to build for $machine on a machine that is $(uname -m)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && npm pack --silent --pack-destination "$work" "$package@$version" >packed) ||
  fail "npm cannot fetch $package@$version"
archive=$work/$(tail -n 1 "$work/packed")
wanted=$(printf %s "${integrity#sha512-}" | base64 -d | od -An -v -tx1 | tr -d ' \n')
found=$(sha512sum "$archive")
[ "${found%% *}" = "$wanted" ] || fail "$package@$version is not what fetch_machine.sh has the checksum of"
tar -xzf "$archive" -C "$work" package/deno
mv "$work/package/deno" "$payload/deno"

# gcc-12-base has the copyright of libgcc.
root=$work/root
sh "$here/debian.sh" "$debian" "$root" libc6 libgcc-s1 gcc-12-base
for library in libc6 libgcc-s1; do
  cp -L "$root/usr/share/doc/$library/copyright" "$payload/LICENSES/$library-copyright"
done
# What a program is linked to it holds by name, as `ldd` would tell it there.
find "$root" -name 'lib*.so.*' | while read -r path; do
  name=${path##*/}
  if grep -qaF "$name" "$payload/deno"; then cp -L "$path" "$payload/lib/$name"; fi
done
cp -L "$(find "$root" -name "$loader" | head -n 1)" "$payload/pgladder"
