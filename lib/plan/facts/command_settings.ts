/** Settings that a server's command line gives it, as postgres(1) takes them. */

const TOLD = /^(shared|session|local)_preload_libraries$|\./;
/** What may be a secret is nobody's, and what logs statements has no say. */
const UNTOLD =
  /^(auto_explain|pgaudit|pg_stat_statements)\.|passw|secret|token|conninfo|passphrase/i;

/** `-c name=value`, `-cname=value` and `--name=value`; the last one counts. */
export function settingsOfCommand(
  words: readonly string[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [at, word] of words.entries()) {
    const said = word === "-c"
      ? words[at + 1]
      : /^-c(.+)$/s.exec(word)?.[1] ?? /^--(.+)$/s.exec(word)?.[1];
    const [, name, value] = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(said ?? "") ?? [];
    if (name !== undefined && value !== undefined) {
      found.set(name.replaceAll("-", "_").toLowerCase(), value);
    }
  }
  return found;
}

/** Those that load something, or that an extension is told. */
export function loadedBy(
  settings: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  return [...settings].filter(([name, value]) =>
    value !== "" && TOLD.test(name) && !UNTOLD.test(name)
  );
}
