# A host that runs: its disks, its power, commands in it.

# The process id of the host's systemd, as the machine sees it; fails where none runs. The start time
# is compared too, because process ids come again.
init_pid() {
  local pid born
  read -r pid born 2>/dev/null <"$(live_dir "$1")/init" || return 1
  [[ $(process_born "$pid") == "$born" ]] || return 1
  printf '%s\n' "$pid"
}

process_born() { sed -E 's/^.*\) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

is_up() { init_pid "$1" >/dev/null; }

# What a host boots where it has no systemd for it; empty: systemd.
init_of() { [[ ! -e $(root_dir "$1")$PLAIN_INIT ]] || printf '%s\n' "$PLAIN_INIT"; }

# Down is more than a dead systemd: nspawn has ended as well and the namespaces are gone.
is_down() {
  local nspawn
  ! is_up "$1" || return 1
  nspawn=$(cat "$(live_dir "$1")/nspawn" 2>/dev/null) || return 0
  [[ ! -e /proc/$nspawn ]] || [[ $(cat "/proc/$nspawn/comm" 2>/dev/null) != systemd-nspawn ]]
}

# Mounts the root and the additional disks of a rig (files named disk-TYPE.img).
mount_disks() {
  local directory disk type
  directory=$(rig_dir "$1")
  mount_disk "$directory/root.img" xfs "$(root_dir "$1")"
  for disk in "$directory"/disk-*.img; do
    [[ -e $disk ]] || continue
    type=${disk##*/disk-} type=${type%.img}
    mount_disk "$disk" "$type" "$(live_dir "$1")/$type"
  done
}

unmount_disks() {
  local directory
  for directory in "$(live_dir "$1")"/*/; do
    ! mountpoint -q "$directory" || wait_for 10 umount "$directory"
  done
}

# Starts systemd-nspawn in a cgroup of the rig's own and outside of every session, and finds its systemd.
power_on() {
  local name=$1 live cgroup binds=() directory nspawn init words=(--boot)
  live=$(live_dir "$name")
  cgroup=$(cgroup_mount)/pgladder-rig-$name
  for directory in "$live"/*/; do
    [[ $directory == */root/ ]] || binds+=("--bind=${directory%/}:/srv/$(basename "$directory")")
  done
  mkdir -p "$cgroup"
  init=$(init_of "$name")
  [[ ! $init ]] || words=(-- "$init")
  (
    exec 8>&- 9>&-
    echo "$BASHPID" >"$cgroup/cgroup.procs"
    exec env -i PATH="$PATH" SYSTEMD_NSPAWN_API_VFS_WRITABLE=1 SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 \
      setsid systemd-nspawn -q -D "$live/root" --machine="$name" --register=no --keep-unit \
      --console=pipe --capability=all --private-network --system-call-filter='@keyring bpf' \
      --resolv-conf=off --timezone=off --link-journal=no --settings=no "${binds[@]}" "${words[@]}" \
      </dev/null >"$live/console" 2>&1
  ) &
  nspawn=$!
  disown "$nspawn"
  echo "$nspawn" >"$live/nspawn"
  wait_for 20 find_init "$name" "$nspawn" || die "'$name' does not boot, see '$live/console'"
}

# The one child of nspawn that is process 1 of its own namespace.
find_init() {
  local pid init
  init=$(init_of "$1")
  init=${init:-systemd}
  for pid in $(pgrep -P "$2"); do
    if grep -qE '^NSpid:.*\s1$' "/proc/$pid/status" && [[ $(<"/proc/$pid/comm") == "${init##*/}" ]]; then
      printf '%s %s\n' "$pid" "$(process_born "$pid")" >"$(live_dir "$1")/init"
      return 0
    fi
  done
  return 1
}

# Boots and waits until systemd has settled. A unit that never gets ready (a test may want one) is no
# reason to fail: after 30 s the host is handed over as it stands.
boot() {
  local name=$1
  mkdir -p "$(live_dir "$name")"
  # Two callers at once boot it once; what is left running closes descriptor 8 as well.
  exec 8>"$(live_dir "$name")/lock"
  flock -w 120 8 || die "Somebody else has been booting '$name' for two minutes"
  if ! is_up "$name"; then
    mount_disks "$name"
    power_on "$name"
  fi
  exec 8>&-
  wait_for 30 has_settled "$name" || say "'$name' is up, but systemd is still $(system_state "$name")"
}

system_state() { in_host "$1" systemctl is-system-running 2>/dev/null || true; }

has_settled() {
  if [[ $(init_of "$1") ]]; then
    in_host "$1" test -e /run/settled
  else
    [[ $(system_state "$1") =~ ^(running|degraded)$ ]]
  fi
}

# The power cut: everything in the host dies with its systemd, at once.
power_off() {
  local pid
  if pid=$(init_pid "$1"); then kill -KILL "$pid"; fi
  wait_for 30 is_down "$1" || die "'$1' does not die"
  wait_for 30 cgroup_is_empty "$1" || die "Processes of '$1' are left"
  rm -f "$(live_dir "$1")"/{init,nspawn}
}

cgroup_is_empty() {
  local cgroup
  cgroup=$(cgroup_mount)/pgladder-rig-$1
  [[ -d $cgroup ]] || return 0
  find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || true
  [[ ! -d $cgroup ]]
}

# Replaces this process by a command in the host: in its namespaces and in a cgroup of its tree, where
# podman and systemd expect a process to be. Without INVOCATION_ID, as an SSH session is.
enter_host() {
  local pid cgroup
  pid=$(init_pid "$1") || die "'$1' is not up"
  shift
  cgroup=$(cgroup_mount)$(sed -n 's/^0:://p' "/proc/$pid/cgroup" | sed 's,/init.scope$,,')/rig-exec
  mkdir -p "$cgroup"
  echo "$BASHPID" >"$cgroup/cgroup.procs"
  exec nsenter -a -t "$pid" env -i -C /root HOME=/root USER=root LOGNAME=root SHELL=/bin/bash \
    TERM="${TERM:-dumb}" LANG=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

in_host() { (exec 8>&- 9>&- && enter_host "$@"); }

remove_rig() {
  unmount_disks "$1"
  rm -rf "$(rig_dir "$1")" "$(live_dir "$1")"
}
