/** What hosts in trouble have in common. */

export const OLD = "/var/lib/postgresql/data";
export const NEW = "/var/lib/postgresql";
export const LONG =
  "c977afb20dbc1a70d3136b1fbd0c36bdac5b58a81fcd72c7fe626c8bf619ee55";
export const OTHER = LONG.replaceAll("c", "d");
/** At work in a directory, in the container of that name. */
export const server = (pid: number, container: string) => ({
  pid,
  name: "postgres",
  container: container.padEnd(12, "0"),
  working: true,
});
export const running = { running: true, pid: 4711, status: "running" };
export const again = {
  status: "restarting",
  restarts: 12,
  restartPolicy: "always",
};

export const incompatible = `LOG:  something else
2026-11-30 09:00:00.000 UTC [1] FATAL:  database files are incompatible with server
2026-11-30 09:00:00.000 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 16, which is not compatible with this version 17.6.
`;
