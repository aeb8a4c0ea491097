#!/usr/bin/env bash
# Makes, in a host of the rig, a stand-in for Bitnami's image out of that of the rig: its documented contract, in words
# of our own. Its entrypoint is bitnami-entrypoint.sh, beside this file.
#
#   bitnami.sh PROGRAM MAJOR ENTRYPOINT     docker.io/bitnami/postgresql:MAJOR, by podman or docker
set -euo pipefail

program=$1 major=$2 entrypoint=$3

"$program" run -d --name making --network none --entrypoint sleep "docker.io/library/postgres:$major" 600 >/dev/null
"$program" exec making mkdir -p /opt/bitnami/scripts
"$program" cp "$entrypoint" making:/opt/bitnami/scripts/entrypoint.sh
"$program" exec making bash -ceu '
  chmod 755 /opt/bitnami/scripts/entrypoint.sh
  mkdir -p /opt/bitnami/postgresql/{conf/conf.d,tmp,logs} /bitnami/postgresql
  ln -s "$(dirname "$(readlink -f "$(command -v postgres)")")" /opt/bitnami/postgresql/bin
  chmod -R g+rwX /opt/bitnami /bitnami
  # Whoever it runs as is known by a name for as long as initdb wants one.
  chmod g+w /etc/passwd
  # It audits unless told otherwise, which the official image has no library for.
  libraries=$(dirname "$(find / -xdev -name auto_explain.so -print -quit)")
  cp "$libraries/auto_explain.so" "$libraries/pgaudit.so"
  rm -f "$(command -v docker-entrypoint.sh)"
  userdel postgres'
# Exported and imported: of the environment of the image that it is made of nothing is left.
"$program" export making | "$program" import \
  --change 'USER 1001' --change 'ENTRYPOINT ["/opt/bitnami/scripts/entrypoint.sh"]' \
  --change 'CMD ["/opt/bitnami/scripts/postgresql/run.sh"]' \
  --change 'VOLUME /bitnami/postgresql' --change 'EXPOSE 5432' \
  --change 'ENV BITNAMI_APP_NAME=postgresql' --change 'ENV LANG=en_US.UTF-8' --change "ENV APP_VERSION=$major" \
  --change 'ENV PATH=/opt/bitnami/postgresql/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
  - "docker.io/bitnami/postgresql:$major" >/dev/null
"$program" rm -fv making >/dev/null
