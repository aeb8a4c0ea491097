# Images with more of Debian's packages in them, as applications ship them: kept beside the store, whoever made them.

# rig extend NAME MAJOR TAG PACKAGE…: gives the host docker.io/library/postgres:TAG, which is the one of MAJOR and these
# packages.
command_extend() {
  local name=$1 major=$2 tag=$3 tree change changes=()
  require_name "$name"
  shift 3
  tree=$CACHE/extended/$(recipe_hash "$(image_item "$major")" "$HERE/image/extend.sh" \
    "$HERE/image/docker-entrypoint.sh" "$@").tar
  # One at a time, and not by the lock that raises hosts: this may take minutes.
  mkdir -p "$CACHE/extended"
  exec 8>"$CACHE/extended/lock"
  flock -w 3600 8 || die 'Another rig has been extending an image for an hour'
  [[ -e $tree ]] || build_extended "$major" "$tree" "$@"
  exec 8>&-
  while IFS= read -r change; do
    changes+=(--change "$change")
  done < <(image_changes "$major" "$(<"$(image_item "$major")/version")")
  in_host "$name" podman import --quiet "${changes[@]}" - "docker.io/library/postgres:$tag" <"$tree" >/dev/null
}

build_extended() {
  local major=$1 tree=$2 root=$CACHE/extended/root began=$SECONDS
  shift 2
  rm -rf "$root" && mkdir -p "$root" "$CACHE/log"
  tar -C "$root" --numeric-owner -xf "$(image_item "$major")/rootfs.tar"
  unshare -mpf --kill-child "$HERE/image/extend.sh" "$root" "$(mirror)" "${SUITES[$major]}" "$@" \
    >"$CACHE/log/extended.log" 2>&1 || die "The image could not be extended, see '$CACHE/log/extended.log'"
  install -m 755 "$HERE/image/docker-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
  tar -C "$root" --numeric-owner -cf "$tree.new" .
  rm -rf "$root"
  mv "$tree.new" "$tree"
  say "extended $major by $* in $((SECONDS - began)) s"
}
