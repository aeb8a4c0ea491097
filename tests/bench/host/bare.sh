#!/usr/bin/env bash
# Stop, pg_upgrade, start, with nothing looked at and no way back: bare.sh VOLUME --link|--copy
. "$(dirname "$0")/common.sh"
volume=$1 mode=$2

systemctl stop app-app.service
systemctl stop podman-db.service
podman run --rm --network none --mount "type=image,source=$OLD,destination=/old" \
  -v "$(dirname "$volume"):/disk" -v "$(dirname "$(readlink -f "$0")"):/bench:ro" \
  --entrypoint bash "$NEW" /bench/bare_inside.sh "/disk/$(basename "$volume")" "$mode"
mv "$volume" "$volume.old"
mv "$volume.new" "$volume"
change_tag
start_all
