#!/usr/bin/env bash
# 17.12 stamps every column with an option of its own, pg_attver, and puts it back where it is reset. A server
# that does not know the option refuses it, and its pg_dump writes it down (seen with 15.18 and 18.6). A value of a
# composite type carries the stamp of its type, and can be read only where the type still has it.

# What `list_databases` asks the old server along with the rest.
ask_for_stamps=(">$JOB/stamped" stamped.sql)
# stamps_unknown_to_new: whether the old server does so, and the new one does not know of it. The new version's own
# server is the last on PATH.
stamps_unknown_to_new() {
  [[ $(<"$JOB/stamped") == t ]] && ! grep -aq pg_attver "$(type -aP postgres | tail -n 1)"
}

# in_each LIST COMMAND…: in the databases of LIST (lines as of `list_databases`), until the command fails.
in_each() {
  local word name
  while read -r _ _ _ word <&3; do
    name_of "$word"
    PGDATABASE=$name "${@:2}" || return
  done 3<"$1"
}

# hide_stamps LIST: on a clone, whose catalogs are thrown away. Composite types keep theirs: no dump writes them down.
hide_stamps() { PGOPTIONS="$PGOPTIONS -c allow_system_table_mods=on" in_each "$1" must query hide_stamps.sql; }

# has_row_values LIST: whether there are values made of a table's rows, which could not be read without its stamps.
has_row_values() { ! in_each "$1" has_none; }
has_none() {
  local found
  found=$(query row_values.sql) || fail "'$PGDATABASE' was not asked for its row types"
  [[ $found == f ]]
}
