# The sub-commands about whole rigs.

DEFAULT_NAME=rig

# rig up [NAME] [--disk TYPE]… [--size SIZE]
command_up() {
  local name='' disks=() size=4G
  while (($# > 0)); do
    case $1 in
    --disk) disks+=("${2:?}") && shift 2 ;;
    --size) size=${2:?} && shift 2 ;;
    -*) die "'$1' is no option of up" ;;
    *) name=$1 && shift ;;
    esac
  done
  name=${name:-$DEFAULT_NAME}
  require_name "$name"
  lock
  ensure_packages
  open_store
  ensure_base
  rig_exists "$name" || make_rig "$name"
  add_disks "$name" "$size" "${disks[@]}"
  unlock
  boot "$name"
}

# Made beside and renamed, so that a rig that is there is whole.
make_rig() {
  local directory
  directory=$(rig_dir "$1")
  rm -rf "$directory" "$directory.new"
  mkdir -p "$directory.new"
  cp --reflink=always "$(base_item)/root.img" "$directory.new/root.img"
  mv -T "$directory.new" "$directory"
}

add_disks() {
  local name=$1 size=$2 type file
  shift 2
  for type; do
    file=$(rig_dir "$name")/disk-$type.img
    [[ ! -e $file ]] || continue
    ! is_up "$name" || die "'$name' is up and has no $type disk, take it down first"
    make_disk "$file.new" "$type" "$size"
    mv "$file.new" "$file"
  done
}

# rig down [NAME] | --all
command_down() {
  [[ -e $CACHE/store.img ]] || return 0
  lock
  open_store
  local name names=("${1:-$DEFAULT_NAME}")
  if [[ ${1:-} == --all ]]; then
    mapfile -t names < <(ls "$STORE/rigs")
  fi
  for name in "${names[@]}"; do
    require_name "$name"
    power_off "$name"
    remove_rig "$name"
  done
  # The last one switches off the light.
  [[ $(ls "$STORE/rigs") ]] || close_store
  unlock
}

command_kill() {
  local name=${1:-$DEFAULT_NAME}
  require_name "$name"
  rig_exists "$name" || die "There is no rig '$name'"
  power_off "$name"
}

command_boot() {
  local name=${1:-$DEFAULT_NAME}
  require_name "$name"
  # Not behind somebody who builds the cache, which takes minutes: after a power cut a test waits for this.
  if ! store_is_open; then
    lock
    open_store
    unlock
  fi
  rig_exists "$name" || die "There is no rig '$name', make it with 'rig up $name'"
  boot "$name"
}

# rig exec [NAME] -- COMMAND…
command_exec() {
  local name=$DEFAULT_NAME
  if [[ ${1:-} != -- ]]; then
    name=${1:?} && shift
  fi
  [[ ${1:-} != -- ]] || shift
  (($# > 0)) || die 'Nothing to execute, want: rig exec [NAME] -- COMMAND…'
  require_name "$name"
  enter_host "$name" "$@"
}

# rig put NAME FILE|DIRECTORY DESTINATION
command_put() {
  (($# == 3)) || die 'Want: rig put NAME FILE DESTINATION'
  local name=$1 source=$2 destination=$3
  if [[ -d $source ]]; then
    in_host "$name" mkdir -p "$destination"
    tar -C "$source" -cf - . | in_host "$name" tar -C "$destination" --no-same-owner -xf -
    return
  fi
  [[ $destination != */ ]] || destination+=$(basename "$source")
  in_host "$name" install -D -m "$(stat -c %a "$source")" /dev/stdin "$destination" <"$source"
}

command_root() {
  require_name "${1:-$DEFAULT_NAME}"
  root_dir "${1:-$DEFAULT_NAME}"
}

# rig list: name and state of every rig
command_list() {
  store_is_open || return 0
  local name
  for name in $(ls "$STORE/rigs"); do
    if is_up "$name"; then printf '%s up %s\n' "$name" "$(init_pid "$name")"; else printf '%s down\n' "$name"; fi
  done
}

# rig snapshot NAME LABEL: the disks as a power cut would leave them now, what was not synced included.
command_snapshot() {
  local name=$1 label=$2 directory file
  require_name "$name" && require_name "$label"
  directory=$(rig_dir "$name")/snapshots/$label
  rm -rf "$directory.new" && mkdir -p "$directory.new"
  for file in "$(rig_dir "$name")"/*.img; do
    cp --reflink=always "$file" "$directory.new/"
  done
  rm -rf "$directory"
  mv -T "$directory.new" "$directory"
}

# rig restore NAME LABEL: cuts the power, puts the disks of the snapshot back and boots.
command_restore() {
  local name=$1 label=$2 directory file
  require_name "$name" && require_name "$label"
  directory=$(rig_dir "$name")/snapshots/$label
  [[ -d $directory ]] || die "'$name' has no snapshot '$label'"
  power_off "$name"
  unmount_disks "$name"
  # New files in the place of the old ones: a namespace that is dying or somebody else's can hold the old
  # file system for some time longer, and its last writes must not hit the disk that is put back.
  for file in "$directory"/*.img; do
    cp --reflink=always "$file" "$(rig_dir "$name")/restored"
    mv "$(rig_dir "$name")/restored" "$(rig_dir "$name")/${file##*/}"
  done
  boot "$name"
}
