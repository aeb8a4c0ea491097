#!/usr/bin/env bash
# A clone of the old cluster for a private server of its own version: the old mount read-only on /pgladder-old, and an
# empty directory of the same file system on PGLADDER_MOUNT.

cloned=false

old_control_sha256() {
  sha256sum <"/pgladder-old/${PGDATA#"$PGLADDER_MOUNT"}/global/pg_control" | cut -d' ' -f1
}

# A clone costs nothing where extents can be shared, and not a byte of the old cluster changes.
clone_as_root() {
  is_empty "${PGLADDER_MOUNT:?}" || { echo "'$PGLADDER_MOUNT' is not empty, want an empty directory for the clone" && return 1; }
  cp -a --reflink=always /pgladder-old/. "$PGLADDER_MOUNT"/ 2>/dev/null || {
    # Somebody has changed an attribute since the plan tried it: then a copy does as well.
    find "$PGLADDER_MOUNT" -mindepth 1 -delete && cp -a /pgladder-old/. "$PGLADDER_MOUNT"/
  } && take_over "$PGLADDER_MOUNT"
}

make_clone() {
  phase clone
  [[ $PGDATA == "$PGLADDER_MOUNT" || $PGDATA == "$PGLADDER_MOUNT"/* ]] ||
    fail "The data directory '$PGDATA' is not below the mount '$PGLADDER_MOUNT'"
  fact source_control_sha256 "$(old_control_sha256)"
  await_root 'The old data could not be cloned'
  cloned=true
}

# Only what this script itself cloned into an empty directory is ever removed.
remove_clone() {
  [[ $cloned == true ]] || return 0
  find "$PGLADDER_MOUNT" -mindepth 1 -delete 2>/dev/null || say 'the clone is not removed'
}

require_untouched() {
  [[ $cloned == false || ${facts[source_control_sha256]} == "\"$(old_control_sha256)\"" ]] ||
    fail 'The old cluster changed while its clone was served'
}
