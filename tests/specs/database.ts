import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { type Host, type Output, run, until } from "./host.ts";

const here = (name: string) =>
  fromFileUrl(new URL(`./${name}`, import.meta.url));

export interface DatabaseOptions {
  readonly tag?: string;
  readonly dir?: string;
  readonly port?: number;
  /** Further words for the rig's `db`. */
  readonly more?: readonly string[];
  /** What runs it; docker-db.service with --docker. */
  readonly unit?: string;
  /** Customers in the sample; none: the database stays empty. */
  readonly rows?: number;
}

/** The database "db" of a host, its unit, and the application "shop". */
export class Database {
  readonly app = "app-app.service";
  readonly unitFile: string;

  private constructor(
    readonly host: Host,
    readonly volume: string,
    readonly unit: string,
  ) {
    this.unitFile = `/etc/systemd/system/${unit}`;
  }

  static async make(
    host: Host,
    {
      tag = "15",
      dir = "/srv/db",
      port = 5432,
      more = [],
      rows = 0,
      unit = "podman-db.service",
    }: DatabaseOptions = {},
  ): Promise<Database> {
    const database = new Database(host, dir, unit);
    await host.rig(
      "db",
      host.name,
      "db",
      "--tag",
      tag,
      "--dir",
      dir,
      "--port",
      String(port),
      ...more,
    );
    if (rows > 0) await database.load(rows);
    await host.rig("app", host.name, "app", "--db", "db");
    return database;
  }

  async load(rows: number): Promise<void> {
    await this.host.rig("put", this.host.name, here("sample.sql"), "/tmp/");
    await this.psql("-v", `rows=${rows}`, "-qf", "/tmp/sample.sql");
  }

  /** psql as the superuser, over TCP. */
  async psql(...words: string[]): Promise<string> {
    return (await this.host.rig("psql", this.host.name, "db", ...words)).stdout;
  }

  async sql(query: string): Promise<string> {
    return (await this.psql("-Atqc", query)).trim();
  }

  /** What a login over TCP as that role comes to. */
  async login(user: string, password: string): Promise<Output> {
    return await this.host.exec(
      "env",
      `PGPASSWORD=${password}`,
      "psql",
      "-XAtwc",
      "SELECT current_user",
      "-h",
      "127.0.0.1",
      "-U",
      user,
      "postgres",
    );
  }

  /** What a session of that role in "shop" has, over TCP. */
  async session(user: string, password: string): Promise<Output> {
    const shown = ["search_path", "work_mem", "statement_timeout"];
    return await this.host.exec(
      ...["env", `PGPASSWORD=${password}`, "psql", "-XAtwc"],
      `SELECT current_user, ${
        [...shown, "lock_timeout"].map((name) => `current_setting('${name}')`)
      }`,
      ...["-h", "127.0.0.1", "-U", user, "shop"],
    );
  }

  /** All that the cluster holds, in lines that can be compared. */
  async contents(): Promise<string[]> {
    const found: string[] = [];
    const ask = async (file: string, database: string) => {
      const path = `/tmp/${file}`;
      await this.host.rig("put", this.host.name, here(file), path);
      const name = `dbname='${
        database.replace(/['\\]/g, (char) => `\\${char}`)
      }'`;
      const lines = await this.psql(
        "-Atq",
        "-v",
        "except=ledger",
        "-f",
        path,
        name,
      );
      for (const line of lines.trim().split("\n")) {
        found.push(`${database}: ${line}`);
      }
    };
    await ask("contents_cluster.sql", "postgres");
    const names = await this.sql(
      "SELECT json_agg(datname ORDER BY 1) FROM pg_database WHERE datallowconn",
    );
    for (const name of JSON.parse(names) as string[]) {
      await ask("contents_database.sql", name);
    }
    return found.sort();
  }

  async version(): Promise<string> {
    return (await this.sql("SHOW server_version")).split(/[. ]/)[0] ?? "";
  }

  /** Nobody answers, over TCP from the host; not even a server that starts. */
  async isClosed(): Promise<boolean> {
    const { code } = await this.host.exec("pg_isready", "-qh", "127.0.0.1");
    return code === 2;
  }

  async opens(): Promise<void> {
    try {
      await until(
        "the database answers",
        async () =>
          (await this.host.exec("pg_isready", "-qh", "127.0.0.1")).code === 0,
      );
    } catch (error) {
      const { stdout } = await this.host.exec(
        ...["journalctl", "-b", "-n", "30", "-o", "cat", "-u", this.unit],
      );
      throw new Error(`Its unit says:\n${stdout}`, { cause: error });
    }
  }

  /** How many rows were acknowledged to the application. */
  acked(): number {
    return this.host.read("/var/lib/app-app/acked").split("\n").length - 1;
  }

  async writes(): Promise<void> {
    const before = this.acked();
    await until("the application writes", () => this.acked() > before);
  }

  /** What the rig says of acknowledged rows and anomalies; exit 0 if none. */
  losses(): Promise<Output> {
    return run([here("../rig/rig"), "losses", this.host.name, "app"]);
  }

  async checkLosses(): Promise<void> {
    const losses = await this.losses();
    assertEquals(losses.code, 0, losses.stdout);
  }

  /** It serves that version, the application writes, and nothing is lost. */
  async checkServes(version: string): Promise<void> {
    assertEquals(await this.version(), version);
    await this.writes();
    await this.checkLosses();
  }

  /** Asks each 100 ms from now on, and after each boot. */
  async probe(): Promise<void> {
    await this.host.rig(
      "put",
      this.host.name,
      here("prober.py"),
      "/usr/local/lib/prober.py",
    );
    await this.host.shell(`
      printf '%s\\n' '[Service]' 'StateDirectory=prober' 'Restart=always' \
        'ExecStart=/usr/bin/python3 /usr/local/lib/prober.py' \
        '[Install]' 'WantedBy=sysinit.target' '[Unit]' 'DefaultDependencies=no' \
        >/etc/systemd/system/prober.service
      systemctl daemon-reload
      systemctl enable --quiet --now prober.service`);
    await until("the prober sees rows", () => this.probed().length > 0);
  }

  /** What was seen since: "closed", "empty", "error …", or the rows. */
  probed(from = 0): string[] {
    if (!this.host.exists("/var/lib/prober/seen")) return [];
    return this.host.read("/var/lib/prober/seen").trim().split("\n")
      .slice(from).map((line) => line.split(" ").slice(1).join(" "));
  }
}
