#!/usr/bin/env bash
# Builds the new cluster from the dump, in the new image: initialises it through the image's entrypoint,
# restores, updates extensions, analyses, writes its fingerprint, carries the configuration over, and
# starts it once more as the service will.
#
# In:  /dump (read-only), an empty directory on PGLADDER_MOUNT with PGDATA in it, conf/ of the dump's job,
#      POSTGRES_INITDB_ARGS.
# Out: the cluster, shut down and synced; fingerprint/.
# A half-made cluster is never gone on with: the next start would take it for a whole one.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=server.sh
. "$here/server.sh"
# shellcheck source-path=SCRIPTDIR source=fingerprint.sh
. "$here/fingerprint.sh"
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$here/settings.sh"
# shellcheck source-path=SCRIPTDIR source=new_cluster.sh
. "$here/new_cluster.sh"
# shellcheck source-path=SCRIPTDIR source=restore.sh
. "$here/restore.sh"

clean_up() { stop_server_anyhow; }

require_empty() {
  [[ ! -e $PGDATA || ! $(find "$PGDATA" -mindepth 1 -print -quit) ]] ||
    fail "'$PGDATA' is not empty, want an empty directory for the new cluster"
  [[ -s /dump/databases && -s /dump/globals.sql ]] || fail 'There is no dump in /dump'
}

# The image asks for a password; this one is never known. The roles' own come with the globals.
initialise() {
  phase initialise
  unset POSTGRES_USER_FILE POSTGRES_DB_FILE POSTGRES_PASSWORD_FILE POSTGRES_INITDB_ARGS_FILE \
    POSTGRES_INITDB_WALDIR POSTGRES_HOST_AUTH_METHOD
  POSTGRES_PASSWORD=$(head -c 32 /dev/urandom | sha256sum | cut -d' ' -f1)
  export POSTGRES_PASSWORD POSTGRES_USER=$PGUSER POSTGRES_DB=postgres
  launcher=()
  start_server "${loading[@]}"
  unset POSTGRES_PASSWORD
  await_server || fail 'The new cluster could not be initialised'
  session_options
  # A superuser without a password in the old cluster has none in the new one either.
  PGDATABASE=postgres must psql -Xqc 'ALTER ROLE CURRENT_USER PASSWORD NULL'
}

# The libraries that the operator preloads may be needed to restore what stands on them. The first start
# went without: one that is missing would have left a half-made cluster.
preload_libraries() {
  local kept
  kept=$(kept_libraries "$(PGDATABASE=postgres query libraries.sql)")
  [[ $kept ]] || return 0
  phase preload
  stop_server
  start_server "${loading[@]}" -c "shared_preload_libraries=$kept"
  await_server || fail 'The new server did not start with the libraries of the old one'
}

# Stopped with the loading settings, it is whole on the disk; only then the real ones are tried.
try_configuration() {
  bring_configuration
  [[ -f $JOB/conf/postgresql.conf ]] || return 0
  start_configured
  stop_server
  show_includes
}

main() {
  begin_job build
  phase prepare
  require_empty
  private_settings
  loading_settings
  initialise
  preload_libraries
  PGOPTIONS+=" $restoring"
  restore_all
  update_extensions /dump/databases
  analyze_databases /dump/databases /dump/sizes
  fingerprint_new /dump/databases /dump/sizes
  phase stop
  stop_server
  must sync -f "$PGDATA"
  try_configuration
  finish_cluster
  finish_job
}

main
