#!/bin/sh
# Unpacks packages of Debian for any kind of machine, whatever this one is:
#   debian.sh ARCHITECTURE DIRECTORY PACKAGE…
# They are the suite's newest: what is older goes from the mirrors. apt checks each
# by the suite's lists, and those by Debian's keys. It works in a directory of its
# own, and knows nothing of this machine's packages. DEBIAN_MIRROR names a mirror.
set -eu
export LC_ALL=C

suite=bookworm
architecture=$1 directory=$2
shift 2

fail() {
  printf 'debian.sh: %s\n' "$1" >&2
  exit 1
}

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
for program in apt-get dpkg-deb; do
  command -v "$program" >/dev/null || fail "$program is needed to have Debian's packages for $architecture"
done
[ -r "$keyring" ] || fail "The package debian-archive-keyring is needed to check Debian's packages"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
: >"$work/status"
echo "deb [signed-by=$keyring] ${DEBIAN_MIRROR:-http://deb.debian.org/debian} $suite main" >"$work/sources.list"
{
  # This machine's ways to the network, and nothing else of its apt.
  apt-config dump Acquire
  cat <<CONFIGURATION
APT::Architecture "$architecture";
APT::Architectures "$architecture";
APT::Sandbox::User "$(id -un)";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
Dir::Etc::parts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::sourcelist "$work/sources.list";
CONFIGURATION
} >"$work/apt.conf"
export APT_CONFIG="$work/apt.conf"

apt-get -qq -o APT::Update::Error-Mode=any update || fail "apt-get cannot read the lists of $suite"
(cd "$work/cache" && apt-get -qq download "$@") || fail "apt-get cannot fetch $* for $architecture"
mkdir -p "$directory"
for package in "$work/cache"/*.deb; do
  dpkg-deb -x "$package" "$directory"
done
