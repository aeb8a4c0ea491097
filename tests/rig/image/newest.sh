#!/usr/bin/env bash
# Puts a version of PostgreSQL that no suite has yet, from experimental, in the place of the one in the root of a
# stand-in image. Runs in mount and PID namespaces of its own.
#
#   newest.sh ROOT MIRROR SUITE OLD NEW     OLD, NEW: major versions
set -euo pipefail
root=$1 mirror=$2 suite=$3 old=$4 new=$5

mount -t proc proc "$root/proc"
cp --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/rig"
# Only what is nowhere else is taken from experimental.
printf 'deb %s %s main\n' "$mirror" "$suite" "$mirror" experimental >"$root/etc/apt/sources.list"
rm -f "$root"/etc/apt/sources.list.d/*
install_packages() {
  chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get "$@"
}
# A mirror that stands still has lists of some weeks ago.
install_packages -qq -o Acquire::Check-Valid-Until=false update
install_packages purge -y -qq "postgresql-$old" "postgresql-client-$old"
install_packages install -y -qq --no-install-recommends "postgresql-$new" libpq5/experimental
# As build.sh does it for the version that it installs.
sed -ri "s!^#?(listen_addresses)\s*=\s*\S+.*!\1 = '*'!" "$root/usr/share/postgresql/$new/postgresql.conf.sample"
install -d -o 999 -g 999 -m 1777 "$root/var/lib/postgresql"
install -d -o 999 -g 999 -m 3777 "$root/run/postgresql"
umount "$root/proc"
rm -rf "$root/usr/lib/postgresql/$new/lib/bitcode" "$root/usr/lib/postgresql/$new/lib"/llvmjit*
rm -rf "$root"/usr/lib/x86_64-linux-gnu/libLLVM* "$root"/usr/lib/llvm-*
rm -rf "$root"/usr/share/{doc,man,info,lintian}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/log/* "$root/usr/sbin/policy-rc.d"
: >"$root/etc/resolv.conf"
