import { assertEquals, assertStringIncludes } from "@std/assert";
import { Host } from "./host.ts";

/** Images with extensions of Debian's packages, and a database that has them. */

const PACKAGES = {
  15: ["postgis-3", "cron", "partman"],
  17: ["postgis-3", "cron", "partman", "pgvector", "timescaledb", "age"],
  18: ["postgis-3", "cron", "partman", "pgvector", "timescaledb", "age"],
} as const;

type Major = keyof typeof PACKAGES;

export class ExtendedHost {
  private constructor(readonly host: Host) {}

  static async raise(name: string, ...majors: Major[]): Promise<ExtendedHost> {
    const host = await Host.raise(name, "--disk", "xfs");
    for (const major of majors) {
      const packages = PACKAGES[major].map((it) => `postgresql-${major}-${it}`);
      await host.rig("extend", name, `${major}`, `${major}-apps`, ...packages);
    }
    await host.save("bare");
    return new ExtendedHost(host);
  }

  /** "db", with a database "app", of a server that is told these settings. */
  async makeDatabase(major: Major, ...told: string[]): Promise<void> {
    const { host } = this;
    await host.restore("bare");
    await host.rig(
      ...["db", host.name, "db", "--dir", "/srv/xfs/db", "--inner"],
      ...["/var/lib/postgresql/data", "--env"],
      ...["PGDATA=/var/lib/postgresql/data", "--image"],
      `docker.io/library/postgres:${major}-apps`,
      ...told.flatMap((it) => ["--cmd", "-c", "--cmd", it]),
    );
    await host.ok(
      ...["podman", "exec", "db", "psql", "-XqU", "postgres", "-c"],
      "CREATE DATABASE app",
    );
  }

  async ask(sql: string): Promise<string> {
    return (await this.host.ok(
      ...["podman", "exec", "db", "psql", "-XAtqU", "postgres", "app"],
      ...["-v", "ON_ERROR_STOP=1", "-c", sql],
    )).trim();
  }

  async answers(questions: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const it of questions) found.push(await this.ask(it));
    return found;
  }

  async checkUsed(index: string, query: string): Promise<void> {
    const plan = await this.ask(`SET enable_seqscan = off; EXPLAIN ${query}`);
    assertStringIncludes(plan, index);
  }

  async upgrade(to: Major, method: string): Promise<void> {
    const done = await this.host.pgladder(
      ...["upgrade", "db", "--to", `${to}-apps`, "--switch", "unit", "--yes"],
      ...["--method", method],
    );
    assertEquals(done.code, 0, done.stderr + done.stdout);
  }
}
