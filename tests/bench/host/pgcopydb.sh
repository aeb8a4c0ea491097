#!/usr/bin/env bash
# pgcopydb from the old server into a new one beside it: pgcopydb.sh VOLUME
. "$(dirname "$0")/common.sh"
volume=$1

systemctl stop app-app.service
mkdir "$volume.new"
podman run -d --name db-new -e POSTGRES_PASSWORD=rig-db -p 127.0.0.1:5433:5432 \
  -v "$volume.new:/var/lib/postgresql/data" "$NEW"
await_server db-new
pgcopydb clone --source postgres://postgres:rig-db@127.0.0.1:5432/postgres \
  --target postgres://postgres:rig-db@127.0.0.1:5433/postgres --dir /tmp/pgcopydb --table-jobs 2 --index-jobs 2
podman stop db-new
podman rm -v db-new
systemctl stop podman-db.service
mv "$volume" "$volume.old"
mv "$volume.new" "$volume"
change_tag
start_all
