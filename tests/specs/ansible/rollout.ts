import { assert, assertEquals } from "@std/assert";
import { Database } from "../database.ts";
import { Host, type Output, until } from "../host.ts";
import { readJournal, wordsOf } from "../journal.ts";
import { program } from "../program.ts";
import { Controller, type Play } from "./controller.ts";

/** The superuser's, which the unit has, and that of a role. */
const SECRETS = ["super-canary", "role-canary"];

const LETTERS = ["a", "b", "c"];

/** What Ansible has to say, every time: nothing of it may be a secret. */
const ALL = "-vvvvvv";
const TOGETHER = ["-e", "pgladder_serial=3"];

/** Three hosts with a database each, and a controller with Debian's Ansible. */
export class Rollout {
  readonly hosts: Host[] = [];
  readonly databases: Database[] = [];
  readonly #secrets = [...SECRETS];

  private constructor(
    readonly name: string,
    readonly controller: Controller,
  ) {}

  static async raise(name: string, rows: number): Promise<Rollout> {
    const rollout = new Rollout(
      name,
      await Controller.raise(name, await program()),
    );
    const { controller, databases, hosts } = rollout;
    for (const letter of LETTERS) {
      const database = await rollout.#load(letter, rows);
      await controller.plug(database.host);
      hosts.push(database.host);
      databases.push(database);
    }
    await controller.write(hosts, {
      pgladder_source: `${controller.home}/pgladder`,
      pgladder_to: "17",
      pgladder_switch: "unit",
      pgladder_poll_seconds: "5",
    });
    return rollout;
  }

  async #load(letter: string, rows: number): Promise<Database> {
    const host = await Host.raise(`${this.name}-${letter}`);
    const database = await Database.make(host, {
      rows,
      more: ["--env", "POSTGRES_PASSWORD=super-canary"],
    });
    await database.sql("CREATE ROLE teller LOGIN PASSWORD 'role-canary'");
    const hashes = await database.sql(
      "SELECT rolpassword FROM pg_authid WHERE rolpassword IS NOT NULL",
    );
    this.#secrets.push(...hashes.split("\n"));
    // What it unpacks itself to is all that a question leaves behind.
    await host.pgladder("version");
    await host.ok("rm", "/usr/local/bin/pgladder");
    await host.save("loaded");
    return database;
  }

  static async lower(name: string): Promise<void> {
    for (const letter of LETTERS) await Host.lower(`${name}-${letter}`);
    await Controller.lower(name);
  }

  host(index: number): Host {
    const found = this.hosts[index];
    if (found === undefined) throw new Error(`There is no host ${index}`);
    return found;
  }

  database(index: number): Database {
    const found = this.databases[index];
    if (found === undefined) throw new Error(`There is no database ${index}`);
    return found;
  }

  /** All of them on 15 again, with nothing of pgladder on their disks. */
  async begin(): Promise<void> {
    await Promise.all(this.databases.map(async (database) => {
      await database.host.restore("loaded");
      await this.controller.plug(database.host);
      await database.opens();
    }));
  }

  /** A dump of this database cannot be restored. */
  async makePicky(index: number): Promise<void> {
    await this.database(index).psql(
      "-qc",
      `CREATE FUNCTION fits(i int) RETURNS bool LANGUAGE sql AS 'SELECT true';
      CREATE TABLE picky (i int CHECK (fits(i)));
      INSERT INTO picky VALUES (1);
      CREATE OR REPLACE FUNCTION fits(i int) RETURNS bool LANGUAGE sql
        AS 'SELECT false';`,
    );
  }

  /** A playbook to its end. */
  async play(...words: string[]): Promise<Output> {
    return this.#checkSecrets(await this.controller.play(ALL, ...words));
  }

  /** A playbook that must succeed: what it printed. */
  async plays(...words: string[]): Promise<string> {
    return succeeded(await this.play(...words));
  }

  /** The upgrade of all three at once, at work. */
  upgrades(): Play {
    return this.controller.begin(ALL, "upgrade.yml", ...TOGETHER);
  }

  /** The end of a roll-out that has to be run again: the host's row in it. */
  async stopsAt(index: number, output: Promise<Output>): Promise<string> {
    const { code, ...texts } = this.#checkSecrets(await output);
    assertEquals(code, 2, texts.stdout + texts.stderr);
    return this.standings(texts.stdout)[index] ?? "";
  }

  /** Runs it once more: every host is done, and these were gone on with. */
  async finishes(changed: readonly number[]): Promise<void> {
    const again = await this.plays("upgrade.yml", ...TOGETHER);
    for (const row of this.standings(again)) {
      assert(row.startsWith("done | 17."), again);
    }
    assertEquals(recap(again, "changed"), changed, again);
    await this.checkServes("17");
  }

  async reaches(index: number, fact: string): Promise<void> {
    const host = this.host(index);
    await until(
      `"${fact}" in the journal of ${host.name}`,
      () => wordsOf(readJournal(host, "/srv/db")).includes(fact),
      600,
    );
  }

  /** Each answers, its application writes, and no row is lost. */
  async checkServes(version: string): Promise<void> {
    for (const database of this.databases) await database.checkServes(version);
  }

  async versions(): Promise<string[]> {
    return await Promise.all(this.databases.map((it) => it.version()));
  }

  /** Which of the hosts have it. */
  have(path: string): boolean[] {
    return this.hosts.map((host) => host.exists(path));
  }

  /** The row of each host in the last table, without its name and container. */
  standings(stdout: string): string[] {
    const rows = stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
    return this.hosts.map(({ name }) =>
      rows.findLast(([first, second]) => first === name && second === "db")
        ?.slice(2).join(" | ") ?? ""
    );
  }

  #checkSecrets(output: Output): Output {
    const text = said(output);
    for (const secret of this.#secrets) {
      assert(!text.includes(secret), `"${secret}" is in Ansible's output`);
    }
    return output;
  }
}

export const said = ({ stderr, stdout }: Output) => `${stdout}\n${stderr}`;

export function succeeded(output: Output): string {
  assertEquals(output.code, 0, said(output));
  return output.stdout;
}

/** What the recap says of each host, such as "changed". */
export function recap(stdout: string, what: string): number[] {
  const found = [...stdout.matchAll(new RegExp(`\\b${what}=(\\d+)`, "g"))];
  return found.map(([, count]) => Number(count));
}
