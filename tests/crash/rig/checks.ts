import { assertEquals } from "@std/assert";
import type { Database } from "../../specs/database.ts";
import { type Host, until } from "../../specs/host.ts";

/** What must never be, found by eyes that share nothing with the program. */
export interface Damage {
  /** Rows that the application was told are safe, and are nowhere. */
  readonly lostRows: number;
  /** Answers of a database without its rows, or with fewer than before. */
  readonly emptyAnswers: number;
}

export async function damageOf(
  { database, from, given }: {
    database: Database;
    /** The first answer that counts. */
    from: number;
    /** A person agreed to leave behind what the new version took. */
    given: boolean;
  },
): Promise<Damage> {
  // First: what is acknowledged while we look must not seem to be lost.
  const wanted = acknowledged(database);
  const rows = new Set(await rowsOf(database));
  const aborted = `${database.volume}.aborted`;
  if (given && database.host.exists(aborted)) {
    for (const row of await rowsIn(database.host, aborted)) rows.add(row);
  }
  return {
    lostRows: wanted.filter((row) => !rows.has(row)).length,
    emptyAnswers: wrongAnswers(database.probed(from), given).length,
  };
}

const SELECT = "SELECT id FROM ledger";

function acknowledged({ host }: Database): string[] {
  // A last line that a power cut tore is no acknowledgement.
  return host.read("/var/lib/app-app/acked").split("\n").slice(0, -1)
    .map((line) => line.split(" ")[0] ?? "").filter((id) => id !== "");
}

async function rowsOf(database: Database): Promise<string[]> {
  return (await database.sql(SELECT)).split("\n");
}

/** Of a cluster that is kept aside, asked without anybody else noticing. */
async function rowsIn(host: Host, volume: string): Promise<string[]> {
  await host.shell(`
    podman run -d --name aside --network none \
      -v ${volume}:/var/lib/postgresql/data docker.io/library/postgres:17 >/dev/null`);
  await until(
    "what was kept aside can be read",
    async () =>
      (await host.exec("podman", "exec", "aside", "pg_isready", "-q")).code ===
        0,
  );
  const rows = await host.ok(
    ...["podman", "exec", "aside", "psql", "-XAtqU", "postgres"],
    ...["-c", SELECT],
  );
  await host.ok("podman", "rm", "-f", "-v", "aside");
  return rows.trim().split("\n");
}

/** Nobody was answered by an empty database, nor by one with fewer rows. */
function wrongAnswers(answers: readonly string[], given: boolean): string[] {
  let most = 0;
  return answers.filter((answer) => {
    if (answer === "closed" || answer.startsWith("error ")) return false;
    const count = Number(answer);
    if (Number.isNaN(count) || count === 0) return true;
    const fewer = count < most;
    most = Math.max(most, count);
    return fewer && !given;
  });
}

/** Where it stands can be asked at any moment, and is answered. */
export async function checkStatus(host: Host) {
  const { code, stderr, stdout } = await host.pgladder(
    ...["status", "db", "--json"],
  );
  assertEquals(code, 0, stderr);
  const { database } = JSON.parse(stdout) as { database: { volume: string } };
  assertEquals(host.exists(database.volume), true, stdout);
}
