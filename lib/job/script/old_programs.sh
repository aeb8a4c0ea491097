#!/usr/bin/env bash
# Runs the old image's server programs in the new image: each stands behind a wrapper that names the old
# image's own loader and libraries, because the new image's may be of another release. Found by looking, not
# by the name of a distribution or a processor.

# The old image's root, mounted read-only.
readonly OLD_ROOT=/pgladder-root
# Where the wrappers stand; not in a mount that could forbid programs.
readonly WRAPPERS=/tmp/pgladder-old
# What pg_upgrade and we call of the old version.
readonly OLD_PROGRAMS='postgres pg_ctl pg_controldata pg_resetwal'

# with_old COMMAND…: with the old programs first on PATH, on the old cluster.
with_old() {
  local PATH=$WRAPPERS:$PATH PGDATA=$OLD_DATA
  "$@"
}

# in_root PATH: the file that PATH is within OLD_ROOT. A link's absolute target is one within that root, too.
in_root() {
  local rest=${1#/} found='' part target hops=0
  while [[ $rest ]]; do
    part=${rest%%/*}
    if [[ $rest == */* ]]; then rest=${rest#*/}; else rest=''; fi
    case $part in
    '' | .) ;;
    ..) found=${found%/*} ;;
    *)
      if [[ -L $OLD_ROOT$found/$part ]]; then
        ((++hops <= 40)) || return 1
        target=$(readlink "$OLD_ROOT$found/$part")
        [[ $target != /* ]] || found=''
        rest=${target#/}${rest:+/$rest}
      else
        found+=/$part
      fi
      ;;
    esac
  done
  [[ -e $OLD_ROOT$found ]] || return 1
  printf '%s' "$OLD_ROOT$found"
}

# The loader that a program asks for, as it stands in its first pages, ended by a zero byte. What stands before the
# name may be none (Debian 13). Read from the file itself: from a pipe bash reads byte by byte.
loader_of() {
  local LC_ALL=C part parts=()
  mapfile -d '' -n 16384 parts <"$1"
  for part in "${parts[@]}"; do
    [[ ! $part =~ (/[A-Za-z0-9._/-]*/ld[A-Za-z0-9._-]*\.so\.[0-9]+)$ ]] || { printf '%s' "${BASH_REMATCH[1]}" && return; }
  done
  return 1
}

# old_library_path LOADER DIRECTORY: where the old image's loader would look for libraries, colon separated. What was built
# to lie in /opt has its own beside its programs, and says so by a path that is none in here.
old_library_path() {
  local file line place lines=() own=() places=() path=''
  for file in "$OLD_ROOT"/etc/ld.so.conf.d/*.conf "$OLD_ROOT"/etc/ld-musl-*.path; do
    [[ ! -f $file ]] || mapfile -t -O ${#lines[@]} lines <"$file"
  done
  file=${1%/*}
  [[ ${2#"$OLD_ROOT"} != /opt/* ]] || own=("${2%/bin}/lib" "${2%/*/bin}/common/lib")
  for line in "${own[@]#"$OLD_ROOT"}" "${lines[@]}" "${file#"$OLD_ROOT"}" /usr/local/lib /lib64 /usr/lib64 /lib /usr/lib; do
    IFS=: read -ra places <<<"$line"
    for place in "${places[@]}"; do
      [[ $place != /* ]] || ! file=$(in_root "$place") || path+=${path:+:}$file
    done
  done
  printf '%s' "$path"
}

# Directories that may hold the old server's programs.
old_program_directories() {
  printf '%s\n' "$OLD_ROOT"/usr/lib/postgresql/*/bin "$OLD_ROOT"/usr/local/bin "$OLD_ROOT"/usr/pgsql-*/bin \
    "$OLD_ROOT"/usr/local/pgsql/bin "$OLD_ROOT"/opt/*/postgresql/bin "$OLD_ROOT"/usr/libexec/postgresql* "$OLD_ROOT"/usr/bin
}

# wrap_old_programs MAJOR: makes the wrappers, and requires that they run.
wrap_old_programs() {
  local directory loader libraries program said own
  mkdir -p "$WRAPPERS"
  while IFS= read -r directory; do
    [[ -x $directory/postgres && ! -L $directory/postgres ]] || continue
    loader=$(loader_of "$directory/postgres") && loader=$(in_root "$loader") || continue
    libraries=$(old_library_path "$loader" "$directory")
    for program in $OLD_PROGRAMS; do
      # pg_ctl would look for the server beside itself, and not find the wrapper.
      own=''
      [[ $program != pg_ctl ]] || own="-p $WRAPPERS/postgres"
      printf '#!/bin/sh\nexec %q --library-path %q %q "$@" %s\n' "$loader" "$libraries" "$directory/$program" "$own" \
        >"$WRAPPERS/$program"
    done
    chmod -R 755 "$WRAPPERS"
    said=$("$WRAPPERS/postgres" --version 2>&1) || { say "$directory: $said"; continue; }
    said=${said##*) }
    [[ ${said%%[.a-z]*} == "$1" ]] || continue
    say "the old programs: $directory, by $loader"
    require_same_libc "$loader"
    return
  done < <(old_program_directories)
  fail "Cannot find programs of PostgreSQL $1 in the old image, which pg_upgrade needs: use --method dump"
}

# Text is sorted by the C library: under another one every order in the cluster would be another.
require_same_libc() {
  local own
  own=$(loader_of "$(command -v postgres)") || own=''
  [[ $own == *musl* && $1 == *musl* || $own != *musl* && $1 != *musl* ]] ||
    fail "One image is of musl (Alpine) and one of glibc, which sort text differently: use --method dump"
}
