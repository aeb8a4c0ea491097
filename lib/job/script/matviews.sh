#!/usr/bin/env bash
# The rows of materialized views, as they are stored. A dump has none of them: its restore would fill each again, from
# sources that were purged since, or from a foreign server, under the settings of another session.
#
#   matviews-OID/list    of the old database, as matviews.sql prints it
#   matviews-OID/N       rows of the one with this number

readonly MATVIEW_LINE='[1-9][0-9]{0,17} [01] [1-9][0-9]{0,9} [A-Za-z0-9+/]+=*'

# copy_rows FILE OPTION…: psql in PGDATABASE, whose own encoding is PGCLIENTENCODING; no digit of a number is lost.
copy_rows() { PGOPTIONS="$PGOPTIONS -c extra_float_digits=3" psql -Xq -v ON_ERROR_STOP=1 "${@:2}" <"$1"; }

# dump_matviews DIRECTORY: those of PGDATABASE, by the list that is there, and was looked at.
dump_matviews() {
  local number filled word name
  while read -r number filled _ word <&4; do
    ((filled == 1)) || continue
    name_of "$word"
    must copy_rows /dev/null -c "COPY (SELECT * FROM $name) TO STDOUT" >"$1/$number"
  done 4<"$1/list"
}

# fill_matviews DIRECTORY: as they were, in PGDATABASE, where none is filled. No statement may write into one, so each is
# a table while its rows are read. These come by the loader, since domains and indexes of an ordinary role are in place;
# nobody else sees that, and a job that ends in between leaves no cluster that is gone on with.
fill_matviews() {
  local number word name oid oids='' words=() list=$JOB/matviews.new
  [[ -s $1/list ]] || return 0
  must query ">$list" matviews.sql
  require_lines "$MATVIEW_LINE" "$list"
  (($(lines_in "$list") == $(lines_in "$1/list"))) || fail 'The dump holds other materialized views than were restored'
  while read -r number _ oid word <&4; do
    [[ -e $1/$number ]] || continue
    name_of "$word"
    oids+=,$oid words+=(-c "TRUNCATE $name")
  done 4<"$list"
  [[ $oids ]] || return 0
  oids=${oids#,}
  make_loader
  must psql -Xq -v ON_ERROR_STOP=1 --single-transaction \
    -c "UPDATE pg_class SET relkind = 'r', relispopulated = true WHERE oid IN ($oids)" "${words[@]}"
  [[ ! $made_loader ]] || admit_loader "$PGDATABASE" "$oids"
  while read -r number _ oid word <&4; do
    [[ -e $1/$number ]] || continue
    name_of "$word"
    must as_loader copy_rows "$1/$number" -c "COPY $name FROM STDIN"
  done 4<"$list"
  [[ ! $made_loader ]] || dismiss_loader "$PGDATABASE"
  must psql -Xqc "UPDATE pg_class SET relkind = 'm' WHERE oid IN ($oids)"
}
