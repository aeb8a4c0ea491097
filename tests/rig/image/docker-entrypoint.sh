#!/usr/bin/env bash
# Stand-in for the entrypoint of the official postgres image: it keeps that image's contract, traps
# included, because an upgrade is tested against exactly those.
#
# What it keeps: where PGDATA is and when 18 refuses; the chown and the step down to the user postgres;
# POSTGRES_USER, _PASSWORD, _DB, _INITDB_ARGS, _HOST_AUTH_METHOD, each also as NAME_FILE; a temporary server
# on the unix socket only; the scripts of /docker-entrypoint-initdb.d; that a failed initialisation
# leaves its PG_VERSION behind, so that the next start serves the half-made cluster.
set -Eeo pipefail

complain() { printf '%s\n' "$@" >&2; }

# The value of NAME, or the content of the file named by NAME_FILE, or the default.
read_setting() {
  local name=$1 default=${2:-} from_file="${1}_FILE"
  if [[ ${!name:-} && ${!from_file:-} ]]; then
    complain "error: both $name and $from_file are set (but are exclusive)"
    exit 1
  fi
  if [[ ${!from_file:-} ]]; then
    export "$name"="$(<"${!from_file}")"
  else
    export "$name"="${!name:-$default}"
  fi
  unset "$from_file"
}

# True where the command only asks for help or the version, which must not initialise anything.
asks_for_nothing() {
  local argument
  for argument; do
    case $argument in -\? | --help | --describe-config | -V | --version) return 0 ;; esac
  done
  return 1
}

make_directories() {
  local me
  me=$(id -u)
  mkdir -p "$PGDATA"
  chmod 00700 "$PGDATA" || :
  mkdir -p /var/run/postgresql || :
  chmod 03775 /var/run/postgresql || :
  if [[ ${POSTGRES_INITDB_WALDIR:-} ]]; then
    mkdir -p "$POSTGRES_INITDB_WALDIR"
    ((me != 0)) || find "$POSTGRES_INITDB_WALDIR" \! -user postgres -exec chown postgres '{}' +
    chmod 700 "$POSTGRES_INITDB_WALDIR"
  fi
  if ((me == 0)); then
    find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
    find /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
  fi
}

# From 18 on, and only as long as PGDATA is the default: refuses data of the layout up to 17, and a
# mount on the volume that the images up to 17 had.
refuse_old_layout() {
  [[ $PGDATA == "/var/lib/postgresql/$PG_MAJOR/docker" ]] || return 0
  local directory found=()
  for directory in /var/lib/postgresql /var/lib/postgresql/data; do
    [[ ! -s $directory/PG_VERSION ]] || found+=("$directory")
  done
  if ((${#found[@]} == 0)) && grep -q ' /var/lib/postgresql/data ' /proc/self/mountinfo; then
    found+=('/var/lib/postgresql/data (unused mount/volume)')
  fi
  ((${#found[@]} > 0)) || return 0
  complain \
    "Error: in 18+, these images store the data in a directory named after the major version" \
    "       found PostgreSQL data (or a mount) in:" \
    "         ${found[*]}" \
    "       mount the volume on /var/lib/postgresql and upgrade with pg_upgrade"
  exit 1
}

require_password() {
  if [[ -z $POSTGRES_PASSWORD && trust != "$POSTGRES_HOST_AUTH_METHOD" ]]; then
    complain 'Error: Database is uninitialized and superuser password is not specified.' \
      '       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.'
    exit 1
  fi
}

make_cluster() {
  local waldir=()
  [[ -z ${POSTGRES_INITDB_WALDIR:-} ]] || waldir=(--waldir "$POSTGRES_INITDB_WALDIR")
  # The official image evals these arguments, so a quote in them is the operator's own affair.
  eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD") "${waldir[@]}" '"$POSTGRES_INITDB_ARGS"' "$@"'
}

allow_network() {
  local method=$POSTGRES_HOST_AUTH_METHOD
  [[ ${1:-} != postgres ]] || shift
  [[ $method ]] || method=$(postgres -C password_encryption "$@")
  printf '\nhost all all all %s\n' "${method:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
}

# The arguments of the real server reach the temporary one too; only the addresses and the port are its own.
start_temporary() {
  [[ ${1:-} != postgres ]] || shift
  set -- "$@" -c listen_addresses='' -p "${PGPORT:-5432}"
  NOTIFY_SOCKET='' PGUSER="${PGUSER:-$POSTGRES_USER}" \
    pg_ctl -D "$PGDATA" -o "$(printf '%q ' "$@")" -w start
}

stop_temporary() {
  PGUSER="${PGUSER:-postgres}" pg_ctl -D "$PGDATA" -m fast -w stop
}

# psql as superuser, over the default socket directory whatever the server was told.
run_sql() {
  local query=(psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc)
  [[ -z ${POSTGRES_DB:-} ]] || query+=(--dbname "$POSTGRES_DB")
  PGHOST='' PGHOSTADDR='' "${query[@]}" "$@"
}

make_database() {
  local there
  there=$(POSTGRES_DB='' run_sql --dbname postgres --set db="$POSTGRES_DB" --tuples-only \
    <<<"SELECT 1 FROM pg_database WHERE datname = :'db' ;")
  [[ $there ]] || POSTGRES_DB='' run_sql --dbname postgres --set db="$POSTGRES_DB" \
    <<<'CREATE DATABASE :"db" ;'
}

run_operators_files() {
  local file
  for file; do
    case $file in
    *.sh) if [[ -x $file ]]; then "$file"; else . "$file"; fi ;;
    *.sql) run_sql -f "$file" ;;
    *.sql.gz) gunzip -c "$file" | run_sql ;;
    *.sql.xz) xzcat "$file" | run_sql ;;
    *.sql.zst) zstd -dc "$file" | run_sql ;;
    *) complain "$0: ignoring $file" ;;
    esac
  done
}

initialise() {
  require_password
  ((PG_MAJOR < 18)) || refuse_old_layout
  # Fails before initdb where the operator's directory cannot be read.
  ls /docker-entrypoint-initdb.d/ >/dev/null
  make_cluster
  allow_network "$@"
  export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
  start_temporary "$@"
  make_database
  run_operators_files /docker-entrypoint-initdb.d/*
  stop_temporary
  unset PGPASSWORD
  complain '' 'PostgreSQL init process complete; ready for start up.' ''
}

main() {
  [[ ${1:0:1} != - ]] || set -- postgres "$@"
  if [[ $1 == postgres ]] && ! asks_for_nothing "$@"; then
    read_setting POSTGRES_PASSWORD
    read_setting POSTGRES_USER postgres
    read_setting POSTGRES_DB "$POSTGRES_USER"
    read_setting POSTGRES_INITDB_ARGS
    : "${POSTGRES_HOST_AUTH_METHOD:=}"
    make_directories
    [[ $(id -u) != 0 ]] || exec gosu postgres "$BASH_SOURCE" "$@"
    # Whatever the file says: one with a sentence in it keeps a directory from being initialised.
    if [[ -s $PGDATA/PG_VERSION ]]; then
      complain '' 'PostgreSQL Database directory appears to contain a database; Skipping initialization' ''
    else
      initialise "$@"
    fi
  fi
  exec "$@"
}

shopt -s nullglob
main "$@"
