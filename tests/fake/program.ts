/**
 * The program's own files, which it reads through the port as well: enough of
 * them that a job finds its script, with the content left out.
 */

const NAMES: Readonly<Record<string, readonly string[]>> = {
  script: [
    "README",
    "ask.sh",
    "base_backup.sh",
    "build.sh",
    "dump_server.sh",
    "dump_worker.sh",
    "initialise.sh",
    "mend.sh",
    "pg_upgrade.sh",
    "reindex.sh",
  ],
  sql: ["reach.sql", "rows.sql", "sorted.sql", "sorted_facts.sql"],
};

const PLACE = /\/lib\/job\/(script|sql)(?:\/[\w.]+)?$/;

export function programNames(path: string): readonly string[] | undefined {
  const [, family = ""] = PLACE.exec(path) ?? [];
  return NAMES[family];
}

export function programText(path: string): string | undefined {
  if (path === "/proc/meminfo") return "MemAvailable:    4096000 kB\n";
  return PLACE.test(path)
    ? `# the content of ${path.replace(/^.*\//, "")}`
    : undefined;
}
