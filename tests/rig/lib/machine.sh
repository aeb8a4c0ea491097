# What the machine itself must have.

# Installs what is missing, and asks for new package lists only when the installation fails without.
ensure_packages() {
  local missing=() pair
  for pair in systemd-nspawn:systemd-container debootstrap:debootstrap mkfs.xfs:xfsprogs \
    mkfs.btrfs:btrfs-progs mkfs.ext4:e2fsprogs nsenter:util-linux pgrep:procps tar:tar; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  ((${#missing[@]} > 0)) || return 0
  say "installing ${missing[*]}"
  install_on_machine "${missing[@]}" >/dev/null 2>&1 && return 0
  apt-get update -qq
  install_on_machine "${missing[@]}" >/dev/null
}

install_on_machine() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# The mirror that this machine's own apt uses for Debian itself.
mirror() {
  local found
  found=$(apt-get indextargets --format '$(SITE) $(COMPONENT) $(RELEASE)' 2>/dev/null |
    awk '$2 == "main" && $3 !~ /security|updates|backports/ { print $1; exit }')
  [[ $found ]] || die "apt names no mirror of Debian, look at 'apt-get indextargets'"
  printf '%s\n' "$found"
}

# Where cgroups of version 2 are mounted (on a hybrid machine that is not /sys/fs/cgroup itself).
cgroup_mount() {
  local found
  found=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
  [[ $found ]] || die 'This machine has no cgroup2 mounted'
  printf '%s\n' "$found"
}
