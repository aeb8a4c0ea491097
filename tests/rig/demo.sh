#!/usr/bin/env bash
# The demo: a whole DB host on this machine, an application that writes, a
# database of a million rows, an upgrade that is killed half-way, and resumed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
rig=$here/rig
host=demo
rows=1000000
failed=0

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
note() { printf '%s\n' "$*" | fold -s -w 78 | sed 's/^/  /'; }
on_host() { "$rig" exec "$host" -- "$@"; }
# What a person would type on the host, shown before it is done.
typed() {
  printf '\n  root@db-host # %s\n' "$*"
  on_host "$@" 2>&1 | sed 's/^/  | /'
}
sql() { "$rig" psql "$host" shop -XAtqc "$@"; }

check() { # what, wanted, found
  if [ "$2" = "$3" ]; then
    printf '  ok   %s: %s\n' "$1" "$3"
  else
    printf '  BAD  %s: %s, not %s\n' "$1" "$3" "$2"
    failed=1
  fi
}

prepare_host() {
  say "1. A database host"
  note "A Debian with its own systemd and podman inside this machine, a postgres 15 container run by a systemd unit, and an application that writes ten rows a second."
  "$rig" down "$host" >/dev/null 2>&1 || true
  "$rig" up "$host"
  "$rig" put "$host" "$top/dist/pgladder" /usr/local/bin/pgladder
  "$rig" db "$host" shop --tag 15
  "$rig" app "$host" till --db shop
  note "Two roles, two databases, $rows rows with two indexes more."
  fill
  before=$(facts)
}

fill() {
  "$rig" psql "$host" shop -Xqv ON_ERROR_STOP=1 -v rows="$rows" <<'SQL'
create role clerk login password 'clerk-secret';
create role auditor login password 'auditor-secret' in role clerk;
alter role auditor set statement_timeout = '90s';
create table orders (id bigint primary key, customer text not null,
  placed timestamptz not null default now());
insert into orders select n, md5(n::text) from generate_series(1, :rows) n;
create index orders_customer on orders (customer);
create index orders_placed on orders (placed);
grant select on orders to clerk;
create database archive owner clerk;
alter database archive set search_path = cold, public;
\connect archive
create schema cold authorization clerk;
create table cold.receipts as
  select n as id, n * 3 as cents from generate_series(1, 1000) n;
alter table cold.receipts owner to clerk;
SQL
}

# Everything that must be the same afterwards.
facts() {
  "$rig" psql "$host" shop -XAtq <<'SQL'
select count(*), md5(string_agg(id || customer, ',' order by id)) from orders;
select rolname, rolcanlogin, rolpassword from pg_authid
  where rolname in ('clerk', 'auditor') order by 1;
select datname, pg_get_userbyid(datdba) from pg_database
  where not datistemplate order by 1;
select setrole::regrole, setconfig from pg_db_role_setting order by 2;
select has_table_privilege('clerk', 'orders', 'select'),
  has_table_privilege('clerk', 'orders', 'insert');
\connect archive
select count(*), sum(cents) from cold.receipts;
select tableowner from pg_tables where tablename = 'receipts';
SQL
}

killed_half_way() {
  say "3. The upgrade, and a kill -9 in the middle of the restore"
  printf '\n  root@db-host # %s\n' "pgladder upgrade shop --to 17 --switch unit --yes"
  on_host bash -c 'pgladder upgrade shop --to 17 --switch unit --yes >/root/upgrade.log 2>&1' &
  local climber=$!
  until on_host podman ps --format '{{.Names}}' | grep -q -e '-build-1$'; do
    kill -0 "$climber" 2>/dev/null || break
    sleep 0.2
  done
  sleep 1.5
  on_host pkill -9 -f 'pgladder.js upgrade' || true
  wait "$climber" || true
  on_host sed -n '/^\[1\//,$p' /root/upgrade.log | sed 's/^/  | /'
  note "pgladder is dead. The restore goes on in its container, and every step that was done stands in the journal:"
  typed podman ps --format '{{.Names}}  {{.Status}}'
  typed pgladder status shop
}

verify() {
  say "5. Is everything there?"
  note "Asked with plain SQL, not by pgladder:"
  check "version" "17" "$(sql "show server_version" | cut -d. -f1)"
  local same="something else"
  [ "$(facts)" != "$before" ] || same="the same"
  check "rows, roles with their passwords and settings, databases, owners, grants" \
    "the same" "$same"
  sleep 1
  local losses
  losses=$("$rig" losses "$host" till) || true
  printf '%s\n' "$losses" | sed 's/^/       the application: /'
  check "acknowledged rows that are missing" "0" \
    "$(printf '%s\n' "$losses" | sed -n 's/^missing \([0-9]*\).*/\1/p')"
  check "the application" "active" "$(on_host systemctl is-active app-till)"
}

afterwards() {
  say "Look around"
  note "The host is still up, and so is the way back:"
  cat <<HINTS
  tests/rig/rig exec $host -- bash                                    a shell on it
  tests/rig/rig exec $host -- jq -c '.entries[].fact.type' /srv/shop.pgladder/journal.json
  tests/rig/rig exec $host -- pgladder rollback shop --confirm shop   back to 15
  tests/rig/rig exec $host -- pgladder commit shop --confirm shop     or keep 17
  tests/rig/rig down $host                                            take it down
HINTS
}

prepare_host
say "2. What would be done"
typed pgladder plan shop --to 17 --switch unit
killed_half_way
say "4. Resume"
typed pgladder resume shop
typed pgladder status shop
verify
# In a test nobody looks around.
if [ -n "${PGLADDER_DEMO_DOWN:-}" ]; then "$rig" down "$host"; else afterwards; fi
exit "$failed"
