#!/usr/bin/env bash
# 17.12 stamps every column with an option of its own, pg_attver, and puts it back where it is reset. A server
# that does not know the option refuses it, and its pg_dump writes it down (seen with 15.18 and 18.6).

# stamps_unknown_to_new: whether the old server does so, and the new one does not know of it. The new version's own
# server is the last on PATH.
stamps_unknown_to_new() {
  local found
  found=$(PGDATABASE=$(any_database) query stamped.sql)
  [[ $found == t ]] && ! grep -aq pg_attver "$(type -aP postgres | tail -n 1)"
}

# hide_stamps LIST: from the databases of LIST (lines as of `list_databases`) on a clone, whose catalogs are thrown away.
hide_stamps() {
  local word name
  while read -r _ _ _ word <&3; do
    name=$(decode "$word" && printf x)
    PGOPTIONS="$PGOPTIONS -c allow_system_table_mods=on" PGDATABASE=${name%x} must query hide_stamps.sql
  done 3<"$1"
}
