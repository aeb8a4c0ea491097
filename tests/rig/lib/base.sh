# The base: the disk of a host that has never been used, with all postgres images in podman's storage.

# Copies the host's root onto a disk of its own, boots it once as the rig `base-build` and lets its own
# podman take the images in. Switched off in order, then renamed: whoever finds it finds it whole.
build_base() {
  local base=$1 began=$SECONDS name=base-build
  ! is_up "$name" || power_off "$name"
  remove_rig "$name"
  mkdir -p "$(rig_dir "$name")"
  make_disk "$(rig_dir "$name")/root.img" xfs "$ROOT_SIZE"
  mount_disks "$name"
  tar -C "$(root_dir "$name")" --numeric-owner --xattrs --xattrs-include='*' -xf "$(host_item)/rootfs.tar"
  boot "$name"
  local major
  for major in "${MAJORS[@]}"; do load_image "$name" "$major"; done
  next_image "$name" 17
  next_image "$name" 15
  in_host "$name" systemctl poweroff || true
  wait_for 60 is_down "$name" || die 'The base does not switch off'
  unmount_disks "$name"
  rm -rf "$base.new"
  mkdir "$base.new"
  mv "$(rig_dir "$name")/root.img" "$base.new/root.img"
  mv -T "$base.new" "$base"
  remove_rig "$name"
  say "built the base in $((SECONDS - began)) s"
}

# The official image's own settings, as `podman inspect` shows them.
image_changes() {
  local major=$1 version=$2 data=/var/lib/postgresql/data volume=/var/lib/postgresql/data
  if ((major >= 18)); then
    data=/var/lib/postgresql/$major/docker volume=/var/lib/postgresql
  fi
  printf '%s\n' \
    "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/$major/bin" \
    'ENV LANG=en_US.utf8' "ENV PG_MAJOR=$major" "ENV PG_VERSION=$version" "ENV PGDATA=$data" \
    "VOLUME $volume" 'EXPOSE 5432' 'STOPSIGNAL SIGINT' \
    'ENTRYPOINT ["docker-entrypoint.sh"]' 'CMD ["postgres"]'
}

# Puts the entrypoint beside the packages and imports both as postgres:MAJOR and postgres:MAJOR.MINOR.
load_image() {
  local name=$1 major=$2 item version change changes=() tree
  item=$(image_item "$major")
  version=$(<"$item/version")
  while IFS= read -r change; do changes+=(--change "$change"); done < <(image_changes "$major" "$version")
  tree=$(rig_dir "$name")/rootfs.tar
  cp --reflink=always "$item/rootfs.tar" "$tree"
  tar -rf "$tree" --owner 0 --group 0 --mode 755 --transform 's,^,./usr/local/bin/,' \
    -C "$HERE/image" docker-entrypoint.sh
  in_host "$name" podman import --quiet "${changes[@]}" - "docker.io/library/postgres:$major" <"$tree" >/dev/null
  in_host "$name" podman tag "docker.io/library/postgres:$major" "docker.io/library/postgres:$version"
  rm "$tree"
}

# The same content with another digest: what a newer build of the same tag looks like.
next_image() {
  local name=$1 major=$2
  printf 'FROM docker.io/library/postgres:%s\nENV PGLADDER_RIG_BUILD=next\n' "$major" |
    in_host "$name" podman build --quiet --pull=never -t "docker.io/library/postgres:$major-next" - >/dev/null
}
