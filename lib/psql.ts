import type { Output } from "./port/containers.ts";
import type { Ports } from "./port/ports.ts";

/**
 * A short question to the server in a running container, over its own socket,
 * where the image trusts its users. If it wants a password it is the
 * container's own: it stays in there and is never in our hands.
 */
export function psqlIn(
  { containers }: Ports,
  container: string,
  question: { user: string; database: string; sql: string },
): Promise<Output> {
  return containers.exec(container, [
    "bash",
    "-c",
    'PGPASSWORD="${POSTGRES_PASSWORD:-}" PGDATABASE="$2" exec psql -XAtqwU "$1" -c "$3"',
    "pgladder",
    question.user,
    question.database,
    question.sql,
  ]);
}

/** The same question to several databases; what each answers follows in order. */
export function psqlInEach(
  { containers }: Ports,
  container: string,
  question: { user: string; databases: readonly string[]; sql: string },
): Promise<Output> {
  return containers.exec(container, [
    "bash",
    "-c",
    'user=$1 sql=${@: -1}; shift; set -- "${@:1:$#-1}"; export PGPASSWORD="${POSTGRES_PASSWORD:-}" PGCLIENTENCODING=UTF8; for PGDATABASE; do export PGDATABASE; psql -XAtqwU "$user" -c "$sql" || exit; done',
    "pgladder",
    question.user,
    ...question.databases,
    question.sql,
  ]);
}
