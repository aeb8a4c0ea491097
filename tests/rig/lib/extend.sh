# Images that are not in every host: with more of Debian's packages in them, as applications ship them, or of a version
# that no suite has yet. They are kept beside the store, whoever made them.

# rig extend NAME MAJOR TAG PACKAGE…: gives the host docker.io/library/postgres:TAG, which is the one of MAJOR and these
# packages.
command_extend() {
  local name=$1 major=$2 tag=$3 tree
  require_name "$name"
  shift 3
  tree=$CACHE/extended/$(recipe_hash "$(image_item "$major")" "$HERE/image/extend.sh" \
    "$HERE/image/docker-entrypoint.sh" "$@").tar
  keep_tree "$tree" "$major" "$HERE/image/extend.sh" "$@"
  load_tree "$name" "$major" "$(<"$(image_item "$major")/version")" "$tag" <"$tree"
}

# rig newest NAME MAJOR: gives the host docker.io/library/postgres:MAJOR, in the root of the last version of all.
command_newest() {
  local name=$1 major=$2 last=${MAJORS[-1]} tree version
  require_name "$name"
  tree=$CACHE/extended/$(recipe_hash "$(image_item "$last")" "$HERE/image/newest.sh" \
    "$HERE/image/docker-entrypoint.sh" "$major").tar
  keep_tree "$tree" "$last" "$HERE/image/newest.sh" "$last" "$major"
  version=$(tar -xOf "$tree" ./version)
  load_tree "$name" "$major" "$version" "$major" <"$tree"
}

load_tree() {
  local name=$1 change changes=()
  while IFS= read -r change; do changes+=(--change "$change"); done < <(image_changes "$2" "$3")
  in_host "$name" podman import --quiet "${changes[@]}" - "docker.io/library/postgres:$4" >/dev/null
}

# keep_tree TREE MAJOR SCRIPT WORD…: makes it where it is missing: the root of MAJOR, and what the script does to that.
keep_tree() {
  local tree=$1
  # One at a time, and not by the lock that raises hosts: this may take minutes.
  mkdir -p "$CACHE/extended"
  exec 8>"$CACHE/extended/lock"
  flock -w 3600 8 || die 'Another rig has been extending an image for an hour'
  [[ -e $tree ]] || build_tree "$@" 8>&-
  exec 8>&-
}

build_tree() {
  local tree=$1 major=$2 script=$3 root=$CACHE/extended/root began=$SECONDS
  shift 3
  rm -rf "$root" && mkdir -p "$root" "$CACHE/log"
  tar -C "$root" --numeric-owner -xf "$(image_item "$major")/rootfs.tar"
  unshare -mpf --kill-child "$script" "$root" "$(mirror)" "${SUITES[$major]}" "$@" \
    >"$CACHE/log/extended.log" 2>&1 || die "The image could not be extended, see '$CACHE/log/extended.log'"
  install -m 755 "$HERE/image/docker-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
  chroot "$root" sh -c '"$(ls -d /usr/lib/postgresql/*/bin)/postgres" --version' | awk '{ print $3 }' >"$root/version"
  tar -C "$root" --numeric-owner -cf "$tree.new" .
  rm -rf "$root"
  mv "$tree.new" "$tree"
  say "extended $major by $* in $((SECONDS - began)) s"
}
