#!/bin/sh
# shellcheck disable=SC2015,SC2154  # `a && b || give up` is meant; build.sh sets some variables
# What is cut off before the last line of this script would do nothing, or half,
# and might call that a success.
trap 'echo "pgladder: This file is cut short. Copy it to this machine again" >&2; exit 1' EXIT

# pgladder: this is one file that runs on any Linux of its machine's kind, with
# nothing installed: a shell script, and behind its last line a gzipped tar with
# Deno, the program, and the C library that Deno was linked to. The first start
# of every boot unpacks it (about a second); the later ones find it unpacked.
#
# The lines above this one are written by lib/pack/build.sh:
#   sum      SHA-256 of this file from its third line on
#   id       the first digits of the payload's SHA-256: names its directory
#   version  as `pgladder version` says it
#   machine  what `uname -m` must say
#   start    the line at which the payload starts
#   files    every file in the payload
# It runs in busybox's ash and in dash as in bash: POSIX sh, no arrays, no local.

fail() {
  printf 'pgladder: %s\n' "$1" >&2
  exit 1 # "failed before anything was changed", as `pgladder help exit-codes` has it
}

# What the caller's environment could change in a program that runs as root:
# LD_PRELOAD and the other LD_ variables are meant for the host's C library, and
# break (musl) or subvert ours; DENO_, NODE_ and OTEL_ ones switch on flags,
# certificates, caches and telemetry; ZX_ ones run shell code before every
# command; bash reads BASH_ENV in every command. The rest is passed on unchanged,
# and nothing is added that pgladder's children could trip over.
clean_environment() {
  # Builtins alone: each program that is started here is felt in every start.
  # `export -p` quotes values; a line in one that looks like a name does no harm.
  exported=$(export -p)
  by_line
  for line in $exported; do
    line=${line#export } line=${line#declare -x }
    case $line in
      LD_* | DENO_* | NODE_* | OTEL_* | ZX_*)
        name=${line%%=*}
        case $name in *[!A-Za-z0-9_]*) ;; *) unset "$name" ;; esac
        ;;
    esac
  done
  as_usual
  unset BASH_ENV ENV GLIBC_TUNABLES
}

# The absolute path of this file, for what pgladder tells people to type and for
# running itself again. Links are kept: /run/current-system/sw/bin/pgladder is a
# better thing to type than what it points to today.
find_self() {
  case $0 in
    /*) self=$0 ;;
    */*) self=$(CDPATH='' cd -- "${0%/*}" && pwd)/${0##*/} ;;
    *) # `sh pgladder`: the shell looked here first, and then on PATH
      self=$PWD/$0
      [ -f "$self" ] || self=$(command -v -- "$0") ;;
  esac
  [ -r "$self" ] || fail "Cannot read \"$self\", the file this was started from"
}

# Where it may be unpacked, best first. /var/lib outlives nothing that matters
# (every boot unpacks again) but is a real disk; /run costs memory. The names in
# directories that everyone can write to carry the user's number, and whatever
# somebody else put there under that name is refused below.
list_places() {
  user=
  while read -r key _ effective _; do
    [ "$key" != Uid: ] || user=$effective
  done 2>/dev/null </proc/self/status
  [ -n "$user" ] || user=$(id -u) # no /proc
  places="/var/tmp/pgladder-$user /tmp/pgladder-$user"
  [ "$user" != 0 ] || places="/var/lib/pgladder /run/pgladder $places"
}

# True if nobody but us can have put anything into these directories.
is_ours() {
  for directory; do
    [ -d "$directory" ] && [ ! -L "$directory" ] && [ -O "$directory" ] || return 1
  done
  modes=$(ls -ld "$@")
  by_line
  for line in $modes; do
    case $line in
      d????-??-*) ;; # neither the group nor the others may write
      *) as_usual && return 1 ;;
    esac
  done
  as_usual
}

# How the shell splits what is not quoted. (A here-document would want a /tmp.)
by_line() {
  set -f
  IFS='
'
}

as_usual() {
  set +f
  unset IFS
}

# True if every file of the payload stands in directory $1. systemd-tmpfiles
# removes single old files from /tmp and /var/tmp, so the directory being there
# does not say enough.
is_whole() {
  for file in $files; do
    [ -s "$1/$file" ] || return 1
  done
}

# A release has one file for either kind of machine that there is.
check_machine() {
  here=$(uname -m)
  case $here in
    "$machine") ;;
    x86_64 | aarch64) fail "This file is for $machine, and this machine is $here: take pgladder-$version-$here" ;;
    *) fail "This file is for $machine, and there is none for $here: pgladder runs on x86_64 and aarch64" ;;
  esac
}

# The check for a copy that was damaged on its way (a bad line, a truncated
# download). It costs a quarter of a second, so it is made when unpacking, and
# the directory then stands for "this was checked". Without a sha256sum there is
# the CRC-32 and length that gzip keeps: as good as `cksum` against accidents,
# and no sum that lies in the file itself could do more than that.
check_copy() {
  if command -v sha256sum >/dev/null; then
    found=$(tail -n +3 "$self" | sha256sum)
    [ "${found%% *}" = "$sum" ] && return
  else
    tail -n "+$start" "$self" | gzip -t 2>/dev/null && return
  fi
  fail "\"$self\" is damaged: its content does not match its checksum. Copy it to this machine again"
}

# Removes what is left in place $1: unpackings whose process was killed, and
# payloads of other versions or earlier boots that no process runs from. Without
# /proc nobody can tell, and they stay. A start of another version that is
# between finding its directory and running from it, a matter of a millisecond,
# would lose it and has to be started again.
sweep() {
  for left in "$1"/new-*.*; do
    [ -d "$left" ] || continue
    kill -0 "${left##*.}" 2>/dev/null || rm -rf "$left"
  done
  [ -e /proc/self/exe ] || return 0
  running=$(ls -l /proc/[0-9]*/exe 2>/dev/null)
  for left in "$1"/bin-*; do
    [ -d "$left" ] && [ "$left" != "$1/$name" ] || continue
    case $running in
      *"/${left##*/}/"*) ;;
      *) rm -rf "$left" ;;
    esac
  done
}

# Unpacks into place $1, or says in $why what is wrong with it. Any number of
# starts may do this at once: each unpacks into a directory of its own, and the
# first that gets its final name wins.
unpack_into() {
  why="$1:"
  mkdir -p "${1%/*}" 2>/dev/null # /var/lib and /run may be missing in a bare root
  mkdir -m 700 "$1" 2>/dev/null
  [ -d "$1" ] || { why="$why cannot be made" && return 1; }
  is_ours "$1" || { why="$why belongs to, or can be written by, somebody else" && return 1; }
  sweep "$1"
  new=$1/new-$id.$$
  rm -rf "$new"
  mkdir -m 700 "$new" 2>/dev/null || { why="$why cannot be written" && return 1; }
  fill || { rm -rf "$new" && return 1; }
  # What stands there under the final name is not whole, or we would run it.
  if [ -d "$1/$name" ] && ! is_whole "$1/$name"; then
    mv "$1/$name" "$1/new-$id-broken.$$" 2>/dev/null
    rm -rf "$1/new-$id-broken.$$"
  fi
  mv "$new" "$1/$name" 2>/dev/null
  # Where another start was faster, mv has put ours into its directory.
  rm -rf "${1:?}/$name/${new##*/}" "$new"
  is_whole "$1/$name" || { why="$why what was unpacked there is gone" && return 1; }
}

# Fills $new. What is unpacked is really run before it counts: that alone tells
# about noexec, SELinux, fapolicyd and a processor that is too old. The script
# finds the common case, noexec, before a hundred megabytes are written.
fill() {
  printf '#!/bin/sh\n' >"$new/probe" 2>/dev/null || { why="$why is full or cannot be written" && return 1; }
  chmod 700 "$new/probe"
  "$new/probe" 2>/dev/null || { why="$why programs must not run from there (noexec)" && return 1; }
  rm "$new/probe"
  wrong=$(
    unset TAR_OPTIONS GZIP
    { tail -n "+$start" "$self" | gzip -dc | tar -xf - -C "$new"; } 2>&1
  ) && is_whole "$new" || { why="$why cannot be unpacked: ${wrong:-tar failed}" && return 1; }
  wrong=$("$new/pgladder" --inhibit-cache --library-path "$new/lib" "$new/deno" --version 2>&1) ||
    { why="$why what was unpacked does not run: $wrong" && return 1; }
}

# Runs the program that is unpacked in $1, in place of this shell: signals and
# exit codes are its own. `$1/pgladder` is the C library's loader under the name
# that `ps` is to show; with --library-path, LD_LIBRARY_PATH is not needed and
# so not handed to podman, psql and the others.
run_from() {
  directory=$1
  shift
  PATH=$path
  export PGLADDER_SELF="$self" PGLADDER_LIBC="$directory/lib/libc.so.6"
  # Deno keeps here what it learnt when it parsed and compiled the program (found
  # again by a hash of the source), which halves the time of a start. It does
  # without where the disk is full or read-only. Left alone it would also put a
  # `node` that is Deno in front of the PATH of every command we run.
  export DENO_DIR="$directory/cache" DENO_NO_UPDATE_CHECK=1 DENO_DISABLE_NODE_SHIM=1
  # The flags: V8 would parse the whole program again at the first error that is
  # caught, such as that of a file which is not there, for the lines in its stack;
  # and it would collect garbage as it starts, until it has this many MiB.
  exec "$directory/pgladder" --inhibit-cache --library-path "$directory/lib" "$directory/deno" run \
    --quiet --no-prompt --no-remote --cached-only --no-config --no-lock --no-check \
    --v8-flags=--no-enable-lazy-source-positions,--min-semi-space-size=16 \
    --import-map="$directory/app/import_map.json" \
    --allow-read --allow-write --allow-run --allow-env --allow-sys --allow-ffi="$PGLADDER_LIBC" \
    "$directory/app/lib/pgladder.js" "$@"
}

main() {
  trap - EXIT
  # A unit of systemd on NixOS finds neither tar nor gzip on its PATH; and what
  # follows has to find them there too, after every boot.
  path=${PATH-}
  PATH=${path:+$path:}/run/current-system/sw/bin:/usr/bin:/bin
  clean_environment
  find_self
  list_places
  # What was unpacked in an earlier boot may be hollow after a power cut, as it
  # was never synced; so the boot is part of the name.
  boot=none
  [ ! -r /proc/sys/kernel/random/boot_id ] || read -r boot </proc/sys/kernel/random/boot_id
  name=bin-$id-${boot%%-*}
  for place in $places; do
    if [ -d "$place/$name" ] && is_ours "$place" "$place/$name" && is_whole "$place/$name"; then
      run_from "$place/$name" "$@"
    fi
  done

  check_machine
  check_copy
  new=
  mask=$(umask)
  umask 077
  trap 'rm -rf "$new"; exit 129' HUP
  trap 'rm -rf "$new"; exit 130' INT
  trap 'rm -rf "$new"; exit 143' TERM
  reasons=
  for place in $places; do
    if unpack_into "$place"; then
      umask "$mask"
      trap - HUP INT TERM
      run_from "$place/$name" "$@"
    fi
    reasons="$reasons
  $why"
  done
  fail "Found no place to unpack itself to (120 MB, not mounted noexec):$reasons"
}

main "$@" # never returns, or the shell would read on into the tar
