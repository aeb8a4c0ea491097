#!/usr/bin/env bash
# Builds the file system of one stand-in postgres image from Debian's own packages and writes it as a
# tar. Runs in mount and PID namespaces of its own, so that nothing it mounts or starts outlives it.
#
#   build.sh ROOT SUITE MAJOR MIRROR OUT     ROOT: an empty directory; OUT: a directory for rootfs.tar, version
set -euo pipefail

root=$1 suite=$2 major=$3 mirror=$4 out=$5

# Old releases of debootstrap do not know the newest suites; they all are made as `sid` is.
script=$suite
[[ -e /usr/share/debootstrap/scripts/$suite ]] || script=sid
debootstrap --variant=minbase "$suite" "$root" "$mirror" "/usr/share/debootstrap/scripts/$script"

mount -t proc proc "$root/proc"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"

install_packages() {
  chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
    apt-get install -y --no-install-recommends "$@"
}

# The user comes first: Debian's package would give it another number than the official image does.
chroot "$root" groupadd --system --gid 999 postgres
chroot "$root" useradd --system --gid postgres --uid 999 \
  --home-dir /var/lib/postgresql --shell /bin/bash postgres
install_packages locales gosu xz-utils zstd postgresql-common
printf 'create_main_cluster = false\n' >"$root/etc/postgresql-common/createcluster.conf"
install_packages "postgresql-$major"
chroot "$root" localedef -i en_US -c -f UTF-8 en_US.UTF-8

sample=$root/usr/share/postgresql/$major/postgresql.conf.sample
sed -ri "s!^#?(listen_addresses)\s*=\s*\S+.*!\1 = '*'!" "$sample"
grep -qF "listen_addresses = '*'" "$sample"

# What 18 wants lies below /var/lib/postgresql, what the others want is /var/lib/postgresql/data.
rm -rf "$root/var/lib/postgresql"
install -d -o 999 -g 999 -m 1777 "$root/var/lib/postgresql"
((major >= 18)) || install -d -o 999 -g 999 -m 1777 "$root/var/lib/postgresql/data"
rm -rf "$root/run/postgresql"
install -d -o 999 -g 999 -m 3777 "$root/run/postgresql"
mkdir -p "$root/docker-entrypoint-initdb.d"

chroot "$root" "/usr/lib/postgresql/$major/bin/postgres" --version |
  sed -E 's/^postgres \(PostgreSQL\) ([^ ]+).*/\1/' >"$out/version"

# The JIT is half of the size and no test looks at it: without its library the server does without.
rm -rf "$root/usr/lib/postgresql/$major/lib/bitcode" "$root/usr/lib/postgresql/$major/lib"/llvmjit*
rm -rf "$root"/usr/lib/x86_64-linux-gnu/libLLVM* "$root"/usr/lib/llvm-*
rm -rf "$root"/usr/share/{doc,man,info,i18n,lintian}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/log/* "$root/usr/sbin/policy-rc.d"
umount "$root/proc"
tar -C "$root" --numeric-owner -cf "$out/rootfs.tar" .
