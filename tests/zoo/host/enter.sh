#!/usr/bin/env bash
# Runs one command in an image's root as a container would: the image below, what is written above it, the mounts of
# the job, and nobody else's processes or network. Called in new namespaces, see containers.ts.
#
# enter.sh DIRECTORY: it has upper/, work/, root/ and the files `lower` (the image's root), `mounts` (source, inner
# path, ro or rw, with tabs between), `environment` and `command` (words, each ended by a zero), and of a job also
# `user` (UID GID) and `capabilities` (what root keeps): it gets a read-only root, a /tmp of its own and nothing else.
set -euo pipefail
directory=$1
root=$directory/root

mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$(<"$directory/lower"),upperdir=$directory/upper,workdir=$directory/work" "$root"
while IFS=$'\t' read -r source inner mode; do
  # The image's /var/run is a link that would lead out of its root.
  inner=${inner/#\/var\/run\///run/}
  mkdir -p "$root$inner"
  mount --bind "$source" "$root$inner"
  [[ $mode == rw ]] || mount -o remount,bind,ro "$root$inner"
done <"$directory/mounts"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir -m 1777 "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
ip link set lo up
mapfile -d '' -t environment <"$directory/environment"
mapfile -d '' -t command <"$directory/command"
if [[ ! -e $directory/user ]]; then exec chroot "$root" env -i "${environment[@]}" "${command[@]}"; fi
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -o remount,bind,ro "$root"
read -r uid gid <"$directory/user"
kept=-all
while read -r capability; do kept+=,+$capability; done <"$directory/capabilities"
exec chroot "$root" setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs --inh-caps=-all \
  --bounding-set="$kept" env -i "${environment[@]}" "${command[@]}"
