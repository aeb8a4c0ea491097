#!/usr/bin/env bash
# Installs more of Debian's packages into the root of a stand-in image, as somebody's Dockerfile does. Runs in mount and
# PID namespaces of its own.
#
#   extend.sh ROOT MIRROR SUITE PACKAGE…
set -euo pipefail
root=$1 mirror=$2 suite=$3
shift 3

mount -t proc proc "$root/proc"
cp --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
# What is built here is thrown away where it is interrupted.
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/rig"
printf 'deb %s %s main\n' "$mirror" "$suite" >"$root/etc/apt/sources.list"
rm -f "$root"/etc/apt/sources.list.d/*
# A mirror that stands still has lists of some weeks ago.
chroot "$root" apt-get -qq -o Acquire::Check-Valid-Until=false update
chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
  apt-get install -y -qq --no-install-recommends "$@"
umount "$root/proc"
# As in build.sh: the JIT is large, and no test looks at it.
rm -rf "$root"/usr/lib/postgresql/*/lib/bitcode "$root"/usr/lib/postgresql/*/lib/llvmjit*
rm -rf "$root"/usr/lib/x86_64-linux-gnu/libLLVM* "$root"/usr/lib/llvm-*
rm -rf "$root"/usr/share/{doc,man,info,lintian}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/log/* "$root/usr/sbin/policy-rc.d"
: >"$root/etc/resolv.conf"
