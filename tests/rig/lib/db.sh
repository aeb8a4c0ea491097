# A database as NixOS runs one: podman run under a unit of type notify, or docker run under a plain one.

# One argument as a unit file wants it: quoted, with specifiers and variables made harmless.
unit_quote() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"} text=${text//%/%%} text=${text//\$/\$\$}
  printf '"%s"' "$text"
}

# Only where it must be, so that the units look as a person's do.
unit_words() {
  local word
  for word; do
    if [[ $word =~ ^[A-Za-z0-9_./:=@,+-]+$ ]]; then printf ' %s' "$word"; else printf ' %s' "$(unit_quote "$word")"; fi
  done
}

shell_words() {
  local word
  for word; do
    if [[ $word =~ ^[A-Za-z0-9_./:=@,+-]+$ ]]; then printf ' %s' "$word"; else printf ' %q' "$word"; fi
  done
}

# rig db NAME DB [options], see the help.
command_db() {
  local name=${1:?} db=${2:?}
  shift 2
  require_name "$name"
  local tag=15 port=5432 directory=/srv/$db inner='' image='' scripts='' start=yes runtime=podman publish=yes
  local run=() env=() cmd=()
  while (($# > 0)); do
    case $1 in
    --tag) tag=$2 && shift 2 ;;
    --image) image=$2 && shift 2 ;;
    --port) port=$2 && shift 2 ;;
    --dir) directory=$2 && shift 2 ;;
    --inner) inner=$2 && shift 2 ;;
    --env) env+=("$2") && shift 2 ;;
    --run-arg) run+=("$2") && shift 2 ;;
    --cmd) cmd+=("$2") && shift 2 ;;
    --no-publish) publish='' && shift ;;
    --docker) runtime=docker && shift ;;
    --scripts) scripts=yes && shift ;;
    --no-start) start='' && shift ;;
    *) die "'$1' is no option of db" ;;
    esac
  done
  if [[ -z $inner ]]; then
    inner=/var/lib/postgresql/data
    ((${tag%%[!0-9]*} < 18)) || inner=/var/lib/postgresql
  fi
  image=${image:-docker.io/library/postgres:$tag}
  [[ " ${env[*]} " == *' POSTGRES_PASSWORD'* || " ${env[*]} " == *'HOST_AUTH_METHOD=trust'* ]] ||
    env+=("POSTGRES_PASSWORD=rig-$db")

  # The order is that of the NixOS module.
  local pair words=("$runtime" run "--name=$db" --log-driver=journald)
  [[ $runtime == docker ]] || words+=("--cidfile=/run/$db/ctr-id" --cgroups=enabled --sdnotify=conmon -d --replace)
  for pair in "${env[@]}"; do words+=(-e "$pair"); done
  [[ ! $publish ]] || words+=(-p "127.0.0.1:$port:5432")
  words+=(-v "$directory:$inner" --rm --pull missing "${run[@]}" "$image" "${cmd[@]}")

  if [[ $runtime == docker ]]; then
    db_unit_docker "$name" "$db" "${words[@]}"
  elif [[ $scripts ]]; then
    db_unit_with_scripts "$name" "$db" "${words[@]}"
  else
    db_unit_plain "$name" "$db" "${words[@]}"
  fi
  in_host "$name" mkdir -p "$directory"
  db_settings "$db" "$port" "${env[@]}" | in_host "$name" install -D -m 600 /dev/stdin "/etc/rig/db-$db"
  in_host "$name" systemctl daemon-reload
  in_host "$name" systemctl enable --quiet "$runtime-$db.service"
  [[ $start ]] || return 0
  # Again where it ran before: writing the unit again is how a test changes it.
  in_host "$name" systemctl restart "$runtime-$db.service"
  wait_for 240 db_answers "$name" "$db" || die "'$db' does not answer on port $port"
}

db_unit_head() {
  printf '%s\n' '[Unit]' "Description=Podman container $1" 'Wants=network-online.target' \
    'After=network-online.target' '' '[Service]' 'Environment=PODMAN_SYSTEMD_UNIT=%n' 'Type=notify' \
    'NotifyAccess=all' "RuntimeDirectory=$1" 'Restart=always' 'TimeoutStartSec=0' 'TimeoutStopSec=120'
}

db_unit_tail() { printf '%s\n' '' '[Install]' 'WantedBy=multi-user.target'; }

put_unit() { in_host "$1" install -D -m 644 /dev/stdin "/etc/systemd/system/$2"; }

db_unit_plain() {
  local name=$1 db=$2 cidfile=/run/$2/ctr-id
  shift 3
  {
    db_unit_head "$db"
    printf '%s\n' "ExecStartPre=-/usr/bin/podman rm -f $db" "ExecStartPre=/usr/bin/rm -f $cidfile"
    printf 'ExecStart=/usr/bin/podman%s\n' "$(unit_words "$@")"
    printf '%s\n' "ExecStop=/usr/bin/podman stop --ignore --cidfile=$cidfile" \
      "ExecStopPost=/usr/bin/podman rm -f --ignore --cidfile=$cidfile"
    db_unit_tail
  } | put_unit "$name" "podman-$db.service"
}

# The daemon runs the container; what the unit runs is its client.
db_unit_docker() {
  local name=$1 db=$2
  shift 3
  {
    printf '%s\n' '[Unit]' "Description=Docker container $db" 'After=docker.service' 'Requires=docker.service' '' \
      '[Service]' 'Restart=always' 'TimeoutStartSec=0' 'TimeoutStopSec=120' \
      "ExecStartPre=-/usr/bin/docker rm -f $db"
    printf 'ExecStart=/usr/bin/docker%s\n' "$(unit_words "$@")"
    printf '%s\n' "ExecStop=-/usr/bin/docker stop $db" "ExecStopPost=-/usr/bin/docker rm -f $db"
    db_unit_tail
  } | put_unit "$name" "docker-$db.service"
}

# rig docker NAME TAG…: starts docker for good and gives it those images.
command_docker() {
  local name=${1:?} tag image
  require_name "$name"
  in_host "$name" systemctl enable --quiet --now docker.service
  for tag in "${@:2}"; do
    image=docker.io/library/postgres:$tag
    in_host "$name" bash -c "docker image inspect ${image#docker.io/library/} >/dev/null 2>&1 ||
      podman save --quiet $image | docker load --quiet"
  done
}

# rig plain NAME: from the next boot on a host without systemd, whose init starts docker and no more.
command_plain() {
  require_name "${1:?}"
  in_host "$1" install -m 755 /dev/stdin "$PLAIN_INIT" <"$HERE/host/plain-init"
}

# As NixOS does it: the unit names scripts in the store, and only those know the image.
db_unit_with_scripts() {
  local name=$1 db=$2 cidfile=/run/$2/ctr-id pre start stop post
  shift 2
  pre=$(store_script "$name" "podman-$db-pre-start" "podman rm -f $db || true" "rm -f $cidfile")
  start=$(store_script "$name" "podman-$db-start" "exec$(shell_words "$@")")
  stop=$(store_script "$name" "podman-$db-pre-stop" "podman stop --ignore --cidfile=$cidfile")
  post=$(store_script "$name" "podman-$db-post-stop" "podman rm -f --ignore --cidfile=$cidfile")
  {
    db_unit_head "$db"
    printf '%s\n' 'Environment="PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"' \
      "ExecStartPre=$pre" "ExecStart=$start" "ExecStop=$stop" "ExecStopPost=$post"
    db_unit_tail
  } | put_unit "$name" "podman-$db.service"
}

# Writes an executable script below /nix/store and prints its path.
store_script() {
  local name=$1 title=$2 text path
  shift 2
  text=$(printf '%s\n' '#!/bin/sh' 'set -e' '' "$@")
  path=/nix/store/$(printf '%s' "$text" | sha256sum | cut -c 1-32)-unit-script-$title/bin/$title
  printf '%s\n' "$text" | in_host "$name" install -D -m 555 /dev/stdin "$path"
  printf '%s\n' "$path"
}

# How a client in the host reaches the database; `. /etc/rig/db-DB` there and psql works.
db_settings() {
  local db=$1 port=$2 pair user=postgres password='' database=''
  shift 2
  for pair; do
    case $pair in
    POSTGRES_USER=*) user=${pair#*=} ;;
    POSTGRES_PASSWORD=*) password=${pair#*=} ;;
    # What is in that file is for its caller to see to.
    POSTGRES_PASSWORD_FILE=*) password=rig-$db ;;
    POSTGRES_DB=*) database=${pair#*=} ;;
    esac
  done
  printf '%s=%s\n' PGHOST 127.0.0.1 PGPORT "$port" PGUSER "$user" PGPASSWORD "$password" \
    PGDATABASE "${database:-$user}"
}

# as_client NAME DB COMMAND…: a command in the host with the connection to DB in its environment.
as_client() {
  local name=$1 db=$2 line settings=()
  shift 2
  while IFS= read -r line; do settings+=("$line"); done < <(in_host "$name" cat "/etc/rig/db-$db")
  in_host "$name" env PGCONNECT_TIMEOUT=5 "${settings[@]}" "$@"
}

db_answers() { as_client "$1" "$2" psql -XAtqc 'SELECT 1' >/dev/null 2>&1; }

# rig psql NAME DB [psql's arguments]
command_psql() {
  require_name "$1"
  as_client "$1" "$2" psql -X "${@:3}"
}
