#!/usr/bin/env bash
# What programs say of an error: what of it is decisive, without passwords and without rows.
# shellcheck disable=SC2154 # `job`, `phase_log` and `run` are lib.sh's, `config` is server.sh's.

# A statement may carry a role's password hash; no log, result or screen shall.
redact() { sed -E "s/(PASSWORD|password)([ =]+)'([^']|'')*'/\1\2'…'/g"; }

# What PostgreSQL says of an error may show a row: the failing one, a key's values, the line that COPY was at. Of those
# the words stay, up to the next thing that is said; a value may have many lines.
hide_rows() {
  awk '
    /^(server [0-9]|[0-9:]+ (==|FAILED)|psql:|pg_[a-z]+: |vacuumdb: |Command was: |ERROR:  |DETAIL:  |HINT:  |CONTEXT:  |LINE [0-9]+: )/ { hidden = 0 }
    hidden { next }
    match($0, /ailing row contains /) { print substr($0, 1, RSTART + RLENGTH - 1) "(…)"; hidden = 1; next }
    /DETAIL:  Key / && match($0, /\)=\(/) { print substr($0, 1, RSTART + RLENGTH - 1) "…)"; hidden = 1; next }
    match($0, /CONTEXT:  COPY .*, line [0-9]+(, column [^:]*)?: /) { print substr($0, 1, RSTART + RLENGTH - 1) "…"; hidden = 1; next }
    { print }'
}

# run_unseen COMMAND…: like `run`; what it says of an error shows no row.
run_unseen() {
  local code=0 said=$JOB/said.$BASHPID
  run "$@" 2>"$said" || code=$?
  hide_rows <"$said"
  rm "$said"
  return "$code"
}

# The lines that say what went wrong in the current phase: the clients' errors with what follows them,
# else the server's, else the last ones.
decisive_lines() {
  local text lines
  # The sentence that `fail` wrote, of however many lines, stands in the result already.
  text=$(tail -c +$((phase_log + 1)) "$JOB/$job.log" | redact | hide_rows | sed -E '/^[0-9:]+ FAILED: /,$d; /^[0-9:]+ == /d') || true
  lines=$(grep -av '^server ' <<<"$text" | awk '
    /from TOC entry|[Ee]rror:|ERROR:|FATAL:|PANIC:/ { keep = 8 }
    keep-- > 0') || true
  [[ $lines ]] || lines=$(grep -aE '(ERROR|FATAL|PANIC|HINT|DETAIL|LOG):.*' <<<"$text" |
    grep -aE -A3 'ERROR:|FATAL:|PANIC:|configuration|could not|syntax error in file|for parameter "') || true
  [[ $lines ]] || lines=$(tail -n 15 <<<"$text")
  # A private server reads a copy, each line of which has the number that it has in the operator's file.
  [[ ! ${config:-} ]] || lines=${lines//"$config"/"$PGDATA/postgresql.conf"}
  printf '%s' "$lines"
}
