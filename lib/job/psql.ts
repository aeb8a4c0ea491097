import type { Output } from "../port/containers.ts";
import type { Ports } from "../port/ports.ts";

/** Against whatever is set for the role, the database or the cluster: a timeout of a millisecond, a path of others' making. */
const OPTIONS = [
  "search_path=pg_catalog",
  "role=none",
  "statement_timeout=0",
  "lock_timeout=0",
  "client_min_messages=warning",
  "quote_all_identifiers=off",
  "xmloption=content",
  "row_security=off",
  "standard_conforming_strings=on",
].map((option) => `-c ${option}`).join(" ");

/**
 * Shell, in the container: the superuser's password that its image was given, by
 * itself or in a file, for whoever asks for one over the socket. The first of
 * these counts: by some names Bitnami's image has another user's.
 */
const PASSWORD = [
  'export PGPASSWORD=""',
  "for name in POSTGRES{QL,}_POSTGRES_PASSWORD POSTGRES{,QL}_PASSWORD; do file=${name}_FILE",
  'PGPASSWORD=${!name:-}; [[ -n $PGPASSWORD || ! -f ${!file:-} ]] || PGPASSWORD=$(<"${!file}")',
  "[[ -z $PGPASSWORD ]] || break; done",
].join("; ");

/**
 * Shell, in the container: all that a session of pgladder has, whatever is set for
 * others. Its server's data tell which version it is, as one that does not know
 * a setting lets nobody in.
 */
export const SESSION = [
  PASSWORD,
  `export PGCLIENTENCODING=UTF8 PGOPTIONS="${OPTIONS}"`,
  "major=0",
  '[[ ! -f ${PGDATA:-}/PG_VERSION ]] || read -rn 3 major <"$PGDATA/PG_VERSION" || true',
  "[[ $major =~ ^[1-9][0-9]?$ ]] || major=0",
  '((major < 14)) || PGOPTIONS+=" -c idle_session_timeout=0"',
  '((major < 17)) || PGOPTIONS+=" -c transaction_timeout=0"',
].join("; ");

/** Every database is asked, also after one that does not answer. */
const SCRIPT = [
  'user=$1 sql=${@: -1} code=0; shift; set -- "${@:1:$#-1}"',
  SESSION,
  'ask() { PGDATABASE=$1 psql -XAtqwU "$user" -c "$2"; }',
  '(($#)) || { all=$(ask template1 "select datname from pg_database where datallowconn") && mapfile -t all <<<"$all" && set -- "${all[@]}"; } || exit',
  'for database; do ask "$database" "$sql" || code=$?; done; exit $code',
].join("; ");

/**
 * A short question to the server in a running container, over its own socket,
 * where the image trusts its users; what each database answers follows in
 * order. If it wants a password it is the container's own: it stays in there
 * and is never in our hands. Where no database is named all of them are asked,
 * in the same call, since each one costs downtime.
 */
export function psqlIn(
  { containers }: Ports,
  container: string,
  question: { user: string; databases: readonly string[]; sql: string },
): Promise<Output> {
  const { databases, sql, user } = question;
  const words = ["bash", "-c", SCRIPT, "pgladder", user, ...databases, sql];
  return containers.exec(container, words);
}
