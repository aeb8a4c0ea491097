# An application that writes all the time, and what became of what it wrote.

# rig app NAME APP --db DB
command_app() {
  local name=${1:?} app=${2:?} db='' database=''
  shift 2
  require_name "$name" && require_name "$app"
  while (($# > 0)); do
    case $1 in
    --db) db=$2 && shift 2 ;;
    --database) database=$2 && shift 2 ;;
    *) die "'$1' is no option of app" ;;
    esac
  done
  [[ $db ]] || die 'An application needs its database, want: rig app NAME APP --db DB'
  command_put "$name" "$HERE/app/ledger.py" /usr/local/lib/rig/ledger.py
  in_host "$name" cp "/etc/rig/db-$db" "/etc/rig/app-$app"
  [[ -z $database ]] || in_host "$name" sed -i "s/^PGDATABASE=.*/PGDATABASE=$database/" "/etc/rig/app-$app"
  printf 'STATE_DIRECTORY=/var/lib/app-%s\n' "$app" | in_host "$name" tee -a "/etc/rig/app-$app" >/dev/null
  in_app "$name" "$app" psql -Xq -c 'SET client_min_messages = warning' \
    -c 'CREATE TABLE IF NOT EXISTS ledger (id bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())'
  local unit=podman-$db.service
  ! in_host "$name" test -e "/etc/systemd/system/docker-$db.service" || unit=docker-$db.service
  app_unit "$app" "$unit" | put_unit "$name" "app-$app.service"
  in_host "$name" systemctl daemon-reload
  in_host "$name" systemctl enable --quiet "app-$app.service"
  in_host "$name" systemctl restart "app-$app.service"
  wait_for 20 in_host "$name" test -s "/var/lib/app-$app/acked" || die "'$app' writes nothing"
}

app_unit() {
  printf '%s\n' '[Unit]' "Description=Application $1" "After=$2" "Requires=$2" '' '[Service]' \
    "EnvironmentFile=/etc/rig/app-$1" \
    "StateDirectory=app-$1" 'ExecStart=/usr/bin/python3 /usr/local/lib/rig/ledger.py' 'Restart=always' \
    '' '[Install]' 'WantedBy=multi-user.target'
}

# A command in the host with the application's own environment.
in_app() {
  local name=$1 app=$2 line settings=()
  shift 2
  while IFS= read -r line; do settings+=("$line"); done < <(in_host "$name" cat "/etc/rig/app-$app")
  in_host "$name" env "${settings[@]}" "$@"
}

# rig losses NAME APP: exit code 1 where an acknowledged row is missing or the application saw an anomaly.
command_losses() {
  local name=${1:?} app=${2:?}
  require_name "$name"
  in_app "$name" "$app" python3 /usr/local/lib/rig/ledger.py losses
}
