# The store: one sparse file with an XFS in it, so that copies of whole hosts are reflinks.

STORE_SIZE=80G

store_is_open() { mountpoint -q "$STORE"; }

open_store() {
  if ! mountpoint -q "$RUN"; then
    mkdir -p "$RUN"
    mount -t tmpfs -o mode=755 pgladder-rig "$RUN"
    # Shared, so that an unmount here also reaches the mount namespaces of hosts that are up: they
    # begin as copies of the machine's and would hold other hosts' loop devices for ever.
    mount --make-shared "$RUN"
  fi
  mkdir -p "$STORE" "$RUN/live"
  if [[ ! -e $CACHE/store.img ]]; then
    rm -f "$CACHE/store.img.new"
    truncate -s "$STORE_SIZE" "$CACHE/store.img.new"
    mkfs.xfs -q -m reflink=1 "$CACHE/store.img.new"
    mv "$CACHE/store.img.new" "$CACHE/store.img"
  fi
  store_is_open || mount -o loop,discard "$CACHE/store.img" "$STORE"
  mkdir -p "$STORE"/{items,rigs}
}

# Leaves neither mount nor loop device; the files of the cache stay.
close_store() {
  ! store_is_open || umount "$STORE"
  ! mountpoint -q "$RUN" || umount "$RUN"
}

# make_disk FILE TYPE SIZE: a sparse file with a file system in it.
make_disk() {
  truncate -s "$3" "$1"
  case $2 in
  xfs) mkfs.xfs -q -m reflink=1 "$1" ;;
  ext4) mkfs.ext4 -q -F "$1" >/dev/null ;;
  btrfs) mkfs.btrfs -q "$1" >/dev/null ;;
  *) die "'$2' is no file system of the rig, want xfs, ext4 or btrfs" ;;
  esac
}

# mount_disk FILE TYPE DIRECTORY. Copies of one XFS carry the same UUID, hence nouuid.
mount_disk() {
  local options=loop,discard
  [[ $2 != xfs ]] || options+=,nouuid
  mkdir -p "$3"
  mountpoint -q "$3" || mount -t "$2" -o "$options" "$1" "$3"
}
