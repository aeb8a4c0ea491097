#!/usr/bin/env bash
# In a container of the new image, with the old one's root on /old: bare_inside.sh DATA --link|--copy
set -euo pipefail
data=$1 mode=$2
libraries=/old/lib/x86_64-linux-gnu:/old/usr/lib/x86_64-linux-gnu
new=$(dirname "$(readlink -f "$(command -v postgres)")")

# The old programs with the old loader and libraries; pg_ctl must find the wrapped server.
mkdir /tmp/old
for program in postgres pg_ctl pg_controldata pg_resetwal; do
  own=''
  [[ $program != pg_ctl ]] || own='-p /tmp/old/postgres'
  printf '#!/bin/sh\nexec %s --library-path %s %s "$@" %s\n' /old/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 \
    "$libraries" "/old/usr/lib/postgresql/15/bin/$program" "$own" >"/tmp/old/$program"
done
chmod -R 755 /tmp/old
install -d -o postgres -g postgres -m 700 "$data.new"
cd /tmp
gosu postgres initdb --username=postgres -D "$data.new"
gosu postgres pg_upgrade "$mode" --jobs=2 --username=postgres --old-bindir=/tmp/old --new-bindir="$new" \
  --old-datadir="$data" --new-datadir="$data.new" --socketdir=/tmp
cp -p "$data/pg_hba.conf" "$data/postgresql.conf" "$data.new/"
