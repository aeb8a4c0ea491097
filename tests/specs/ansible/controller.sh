#!/usr/bin/env bash
# Builds the root of the machine that runs Ansible: Debian trixie with its ansible-core and ansible-lint.
# Prints where it lies; built once, under a hash of this file.
#
#   controller.sh CACHE-DIRECTORY
set -euo pipefail

cache=$1
root=$cache/controller-$(sha256sum <"$0" | cut -c 1-16)

build() {
  local new=$1/root mirror=$2
  # In memory: dpkg syncs each file. The namespace ends, and with it the mount.
  mount -t tmpfs -o size=4G,mode=755 controller "$1"
  debootstrap --variant=minbase trixie "$new" "$mirror"
  mount -t proc proc "$new/proc"
  printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
  chmod +x "$new/usr/sbin/policy-rc.d"
  chroot "$new" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
    apt-get install -y --no-install-recommends ansible-core ansible-lint openssh-client git time procps
  umount "$new/proc"
  rm -rf "$new"/usr/share/{doc,man,info}/* "$new"/var/lib/apt/lists/* "$new"/var/cache/apt/archives/*.deb
  rm -rf "$3"
  cp -a "$new" "$3"
}

if [[ ${2:-} == build ]]; then
  build "$3" "$4" "$5"
  exit
fi

mkdir -p "$cache"
exec 9>"$cache/controller.lock"
flock 9
if [[ ! -d $root ]]; then
  mirror=$(apt-get indextargets --format '$(SITE) $(COMPONENT) $(RELEASE)' |
    awk '$2 == "main" && $3 !~ /security|updates|backports/ { print $1; exit }')
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  unshare -mpf --kill-child "$0" "$cache" build "$work" "$mirror" "$root.new" >"$cache/controller.log" 2>&1
  rm -rf "$cache"/controller-*[!w]
  mv -T "$root.new" "$root"
fi
printf '%s\n' "$root"
