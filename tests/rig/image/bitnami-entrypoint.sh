#!/usr/bin/env bash
# Stand-in for what Bitnami's image does at each start, by what its pages document.
#
# What it keeps: user 1001; the data in /bitnami/postgresql/data, in which no configuration is left; postgresql.conf and
# pg_hba.conf in /opt/bitnami/postgresql/conf, made anew at each start unless /bitnami/postgresql/conf has them, with
# conf.d; POSTGRESQL_USERNAME, _PASSWORD, _DATABASE, _POSTGRES_PASSWORD, _MAX_CONNECTIONS, _SHARED_PRELOAD_LIBRARIES,
# _EXTRA_FLAGS, each also as NAME_FILE; that postgres has no password where another user is named and none is given;
# that everybody is asked for one, on the socket as well; that data which are there are served as they are.
set -euo pipefail

conf=/opt/bitnami/postgresql/conf data=/bitnami/postgresql/data

setting() {
  local name=POSTGRESQL_$1 from_file
  from_file=${name}_FILE
  if [[ ${!from_file:-} ]]; then printf '%s' "$(<"${!from_file}")"; else printf '%s' "${!name:-${2:-}}"; fi
}
password=$(setting PASSWORD) user=$(setting USERNAME postgres) database=$(setting DATABASE postgres)
own=$(setting POSTGRES_PASSWORD)

if [[ -z $password && ${ALLOW_EMPTY_PASSWORD:-no} != yes ]]; then
  echo 'POSTGRESQL_PASSWORD is empty' >&2
  exit 1
fi
mkdir -p "$data"
chmod 700 "$data"

[[ ! -d /bitnami/postgresql/conf ]] || cp -fr /bitnami/postgresql/conf/. "$conf"
write_rules() {
  [[ ! -f /bitnami/postgresql/conf/pg_hba.conf ]] || return 0
  printf '%s\n' "host all all 0.0.0.0/0 $1" "host all all ::/0 $1" "local all all $1" \
    "host all all 127.0.0.1/32 $1" "host all all ::1/128 $1" >"$conf/pg_hba.conf"
}
if [[ ! -f /bitnami/postgresql/conf/postgresql.conf ]]; then
  cp "$(find /usr/share -name postgresql.conf.sample -print -quit)" "$conf/postgresql.conf"
  {
    printf "%s = '%s'\n" listen_addresses '*' port 5432 wal_level replica max_wal_size 400MB max_wal_senders 16 \
      wal_keep_size 128MB hot_standby on fsync on client_min_messages error pgaudit.log_catalog off
    printf "shared_preload_libraries = '%s'\n" "$(setting SHARED_PRELOAD_LIBRARIES pgaudit)"
    [[ -z $(setting MAX_CONNECTIONS) ]] || printf "max_connections = '%s'\n" "$(setting MAX_CONNECTIONS)"
    echo "include_dir = 'conf.d'"
  } >>"$conf/postgresql.conf"
fi
places=(--config-file="$conf/postgresql.conf" --external_pid_file=/opt/bitnami/postgresql/tmp/postgresql.pid
  --hba_file="$conf/pg_hba.conf")

first_start() {
  local known
  known=$(</etc/passwd)
  printf 'postgres:x:%s:%s::/:/bin/false\n' "$(id -u)" "$(id -g)" >>/etc/passwd
  initdb -D "$data" -E UTF8 -U postgres >/dev/null
  write_rules trust
  pg_ctl -w -D "$data" -o "${places[*]} -c listen_addresses=''" -l /opt/bitnami/postgresql/logs/first start >/dev/null
  [[ $database == postgres ]] || psql -XqU postgres postgres -v name="$database" <<<'CREATE DATABASE :"name"'
  if [[ $user == postgres ]]; then
    own=$password
  else
    psql -XqU postgres postgres -v user="$user" -v password="$password" -v database="$database" <<'SQL'
CREATE ROLE :"user" LOGIN CREATEDB PASSWORD :'password';
ALTER DATABASE :"database" OWNER TO :"user";
SQL
  fi
  [[ -z $own ]] || psql -XqU postgres postgres -v password="$own" <<<"ALTER ROLE postgres PASSWORD :'password'"
  pg_ctl -w -D "$data" stop >/dev/null
  printf '%s\n' "$known" >/etc/passwd
}

if [[ -z $(ls -A "$data") ]]; then first_start; fi
if [[ $password ]]; then write_rules md5; else write_rules trust; fi
rm -f "$data/postgresql.conf" "$data/pg_hba.conf"
read -ra flags <<<"$(setting EXTRA_FLAGS)"
exec postgres -D "$data" "${places[@]}" "${flags[@]}"
