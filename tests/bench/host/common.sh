# What the scripts of the comparison share. Each does what a person would type, without the pauses.
set -euo pipefail

OLD=docker.io/library/postgres:15
NEW=docker.io/library/postgres:17
UNIT=/etc/systemd/system/podman-db.service

# await_server CONTAINER: until the server that serves answers, not the one that initialises.
await_server() {
  until podman exec "$1" pg_isready -q -h 127.0.0.1; do sleep 0.1; done
}

change_tag() {
  sed -i "s|$OLD|$NEW|" "$UNIT"
  systemctl daemon-reload
}

start_all() {
  systemctl start podman-db.service
  await_server db
  systemctl start app-app.service
}
