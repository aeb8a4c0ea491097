#!/usr/bin/env bash
# Builds the root of the database host: Debian trixie with podman, docker, sshd, nix and the clients.
# Runs in mount and PID namespaces of its own, so that nothing it mounts or starts outlives it.
#
#   build.sh ROOT MIRROR     ROOT: an empty directory
set -euo pipefail

root=$1 mirror=$2

debootstrap --variant=minbase \
  --include=systemd,systemd-sysv,dbus,podman,crun,netavark,aardvark-dns,nftables,iproute2,procps \
  trixie "$root" "$mirror"

mount -t proc proc "$root/proc"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
# Not in debootstrap's own list: it cannot configure some of what these depend on.
chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
  apt-get install -y --no-install-recommends \
  openssh-server openssh-client docker.io docker-cli nix-bin postgresql-client-17 jq python3 python3-psycopg2 \
  xfsprogs btrfs-progs e2fsprogs acl attr strace netcat-openbsd rsync podman-compose docker-compose
rm "$root/usr/sbin/policy-rc.d"

# Containers: no limit that needs a cgroup controller of version 2, no registry, and no patience with one.
printf '[containers]\npids_limit=0\n[engine]\nretry=0\n' >"$root/etc/containers/containers.conf"
printf 'unqualified-search-registries = []\n' >"$root/etc/containers/registries.conf"

# sshd: keys only; the host's own root may log in, `ssh localhost` is a session like an operator's.
printf 'PasswordAuthentication no\nPermitRootLogin prohibit-password\n' >"$root/etc/ssh/sshd_config.d/rig.conf"
mkdir -p -m 700 "$root/root/.ssh"
chroot "$root" ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
cp "$root/root/.ssh/id_ed25519.pub" "$root/root/.ssh/authorized_keys"
printf 'Host localhost\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n' >"$root/root/.ssh/config"

# No network and nothing that wakes up by itself; docker is there but waits to be asked.
chroot "$root" systemctl --quiet disable docker.service docker.socket containerd.service \
  podman-auto-update.timer podman-auto-update.service podman-restart.service || true
chroot "$root" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
  e2scrub_all.timer fstrim.timer systemd-networkd.service systemd-networkd.socket \
  systemd-modules-load.service
printf '127.0.0.1 localhost db-host\n' >"$root/etc/hosts"
printf 'db-host\n' >"$root/etc/hostname"
rm -f "$root/etc/resolv.conf"
: >"$root/etc/resolv.conf"
: >"$root/etc/machine-id"
mkdir -p "$root/var/log/journal" "$root/srv"

rm -rf "$root"/usr/share/{doc,man,info}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin
rm -rf "$root"/var/cache/apt/archives/*.deb
umount "$root/proc"
