#!/usr/bin/env bash
# The manual runbook, as one types it: runbook.sh VOLUME
. "$(dirname "$0")/common.sh"
volume=$1

systemctl stop app-app.service
podman exec db pg_dump -U postgres -Fc postgres >"$volume.dump"
systemctl stop podman-db.service
mv "$volume" "$volume.bak"
mkdir "$volume"
podman run -d --name db-restore -e POSTGRES_PASSWORD=rig-db -v "$volume:/var/lib/postgresql/data" \
  -v "$volume.dump:/db.dump:ro" "$NEW"
await_server db-restore
# It ends with errors although nothing is wrong: there is nothing yet that it could clean.
podman exec db-restore pg_restore -U postgres -j4 --clean -d postgres /db.dump || true
podman stop db-restore
podman rm -v db-restore
change_tag
start_all
podman exec db psql -U postgres -c 'SELECT max(id) FROM orders'
