#!/usr/bin/env bash
# The last look at what a plan rests on: between the plan and the stop the service went on, and before a late resume
# anybody may have started the old server. What no way carries ends the job here, while the old cluster is as it was.

# For `list_databases`: what is asked of the cluster itself.
ask_if_closed=(">$JOB/closed" closed_cluster.sql)
# also_ask_if_closed NUMBER METHOD: what is asked in the session of a database besides.
also_ask_if_closed() {
  also+=(room.sql ">$JOB/closed.$1.facts" database_facts.sql ">$JOB/closed.$1.carried" carried_facts.sql
    ">$JOB/closed.$1" closed_database.sql "facts=$JOB/closed.$1.facts" "carried=$JOB/closed.$1.carried" "method=$2")
}

# require_carried: after all of it was asked.
require_carried() {
  local said more
  said=$(cat "$JOB/closed" "$JOB"/closed.*[0-9] 2>/dev/null) || true
  [[ $said ]] || return 0
  more=$(($(wc -l <<<"$said") - 1))
  said=${said%%$'\n'*}
  ((more == 0)) || said+=" ($more more of such)"
  fail "$said. Type rollback, do so, and upgrade again"
}
