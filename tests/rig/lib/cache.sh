# The cache: what takes minutes to build, each piece under a hash of the files that it is made of.
# A piece is built beside its place and renamed into it, so an interrupted build leaves no half piece.

# recipe_hash WORD… FILE…: a hash of words and of what the files hold.
recipe_hash() {
  local part
  for part; do
    if [[ -f $part ]]; then cat "$part"; else printf '%s\n' "$part"; fi
  done | sha256sum | cut -c 1-16
}

host_item() { printf '%s/items/host-%s\n' "$STORE" "$(recipe_hash "$HERE/host/build.sh")"; }

image_item() {
  printf '%s/items/postgres-%s-%s\n' "$STORE" "$1" "$(recipe_hash "${SUITES[$1]}" "$HERE/image/build.sh")"
}

base_item() {
  local major items=()
  for major in "${MAJORS[@]}"; do items+=("$(image_item "$major")"); done
  printf '%s/items/base-%s\n' "$STORE" \
    "$(recipe_hash "$ROOT_SIZE" "$(host_item)" "${items[@]}" "$HERE/image/docker-entrypoint.sh" "$HERE/lib/base.sh")"
}

# Builds whatever is missing for the base of a host, and leaves pieces of older recipes out of the way.
ensure_base() {
  local base
  base=$(base_item)
  [[ ! -e $base/root.img ]] || return 0
  say 'building the cache (some minutes, once)'
  build_roots
  build_base "$base"
  drop_old_items
}

# Everything is built in memory: dpkg syncs each file, which costs more than all else on a disk.
build_roots() {
  local piece pieces=() major
  [[ -e $(host_item) ]] || pieces+=(host)
  for major in "${MAJORS[@]}"; do [[ -e $(image_item "$major") ]] || pieces+=("$major"); done
  ((${#pieces[@]} > 0)) || return 0
  rm -rf "$STORE"/items/*.new
  mkdir -p "$RUN/build" "$CACHE/log"
  # A build that was killed has left its memory mounted.
  ! mountpoint -q "$RUN/build" || umount "$RUN/build"
  mount -t tmpfs -o size=12G,mode=755 pgladder-rig-build "$RUN/build"
  local status=0
  printf '%s\n' "${pieces[@]}" | xargs -P 3 -n 1 "$HERE/rig" build-piece || status=$?
  umount "$RUN/build"
  ((status == 0)) || die "A piece of the cache could not be built, see '$CACHE/log'"
}

# rig build-piece host|MAJOR: called by build_roots, which holds the lock and has mounted the tmpfs.
build_piece() {
  local piece=$1 item root=$RUN/build/$1 log=$CACHE/log/$1.log began=$SECONDS
  mkdir -p "$root"
  if [[ $piece == host ]]; then
    item=$(host_item)
    mkdir "$item.new"
    unshare -mpf --kill-child "$HERE/host/build.sh" "$root" "$(mirror)" >"$log" 2>&1
    tar -C "$root" --numeric-owner --xattrs --xattrs-include='*' -cf "$item.new/rootfs.tar" .
  else
    item=$(image_item "$piece")
    mkdir "$item.new"
    unshare -mpf --kill-child "$HERE/image/build.sh" \
      "$root" "${SUITES[$piece]}" "$piece" "$(mirror)" "$item.new" >"$log" 2>&1
  fi
  rm -rf "$root"
  mv -T "$item.new" "$item"
  say "built $piece in $((SECONDS - began)) s"
}

drop_old_items() {
  local keep item
  keep=" $(base_item) $(host_item) "
  for item in "${MAJORS[@]}"; do keep+="$(image_item "$item") "; done
  for item in "$STORE"/items/*; do
    [[ $keep == *" $item "* ]] || rm -rf "$item"
  done
}
