import type { From, Group } from "./cluster.ts";
import { Names, quoted, textOf } from "./names.ts";
import type { Random } from "./random.ts";
import { SESSION_SETTINGS } from "./session_settings.ts";

/** What belongs to the cluster as a whole: roles, databases, and their settings. */

export interface Globals {
  readonly roles: readonly string[];
  readonly databases: readonly { name: string; ascii: boolean }[];
  /** Before the databases are filled, and after it. */
  readonly groups: readonly Group[];
  readonly late: readonly Group[];
}

const dump = (name: string, sql: string): Group => ({
  name,
  database: "postgres",
  sql: `SET search_path = pg_catalog;\n${sql}`,
});

export function globalsOf(
  random: Random,
  from: From,
  superuser: string,
  encoding: string,
): Globals {
  const ascii = encoding !== "UTF8";
  const names = new Names(random, 0.4, ascii);
  const asciiNames = new Names(random, 0.4, true);
  // No role may begin with pg_, and a line feed in a name is refused by pg_dumpall.
  const roles = Array.from(
    { length: random.between(2, 6) },
    () => oneLine(names),
  )
    .map(quoted);
  const groups = [
    dump("roles", rolesSql(random, roles, from, ascii)),
  ];
  const databases: { name: string; ascii: boolean }[] = [];
  for (
    let count = random.one([1, 1, 1, 1, 1, 2, 2, 3]);
    count > 0;
    count--
  ) {
    const made = databaseOptions(random, from, encoding, roles);
    // A name that another encoding cannot say is a rare mischief of its own.
    const name = random.chance(0.1)
      ? "postgres"
      : oneLine(made.ascii && random.chance(0.95) ? asciiNames : names);
    if (databases.some((it) => it.name === name)) continue;
    databases.push({ name, ascii: ascii || made.ascii });
    if (name === "postgres") continue;
    groups.push(
      dump("databases", `CREATE DATABASE ${quoted(name)} ${made.sql};`),
    );
  }
  if (random.chance(0.15)) databases.push({ name: "template1", ascii });
  return {
    roles,
    databases,
    groups,
    late: lateOf(random, from, { roles, databases, superuser, ascii }),
  };
}

function oneLine(names: Names): string {
  for (;;) {
    const name = names.plain();
    if (!/[\n\r]/.test(name) && !/^(user|NULL|select)$/i.test(name)) {
      return name;
    }
  }
}

function rolesSql(
  random: Random,
  roles: readonly string[],
  from: From,
  ascii: boolean,
) {
  const options = [
    "LOGIN PASSWORD 'canary-pass'",
    "LOGIN CONNECTION LIMIT 3 VALID UNTIL '2040-01-02 03:04:05+06'",
    "NOINHERIT CREATEROLE",
    "SUPERUSER BYPASSRLS REPLICATION",
    "CREATEDB",
    "PASSWORD NULL VALID UNTIL 'infinity'",
  ];
  const made = roles.map((role) =>
    `CREATE ROLE ${role} ${random.one(["", ...options])};${
      random.chance(0.3)
        ? ` COMMENT ON ROLE ${role} IS ${textOf(random, ascii)};`
        : ""
    }`
  );
  const md5 = random.chance(0.3)
    ? [
      `SET password_encryption = md5; ALTER ROLE ${
        roles[0]
      } PASSWORD 'md5-canary'; RESET password_encryption;`,
    ]
    : [];
  const members = roles.slice(1).map((role, index) =>
    random.chance(0.5)
      ? `GRANT ${roles[index]} TO ${role}${
        from >= 17
          ? random.one([
            "",
            " WITH ADMIN TRUE, INHERIT FALSE, SET TRUE",
            " WITH INHERIT TRUE, SET FALSE",
          ])
          : random.one(["", " WITH ADMIN OPTION"])
      };`
      : ""
  );
  const granted = random.chance(0.3)
    ? [
      `GRANT pg_read_all_data, pg_monitor TO ${roles[0]};`.replace(
        from < 14 ? "pg_read_all_data, " : "\0",
        "",
      ),
    ]
    : [];
  return [...made, ...md5, ...members, ...granted].join("\n");
}

function databaseOptions(
  random: Random,
  from: From,
  encoding: string,
  roles: readonly string[],
) {
  const owner = random.chance(0.3) ? ` OWNER ${random.one(roles)}` : "";
  const limit = random.chance(0.1) ? " CONNECTION LIMIT 7" : "";
  const kind = random.next();
  const own = `${owner}${limit}`;
  if (kind < 0.1) {
    const other = random.one(["LATIN1", "SQL_ASCII", "EUC_JP", "WIN1252"]);
    const own = limit;
    return {
      sql: `TEMPLATE template0 ENCODING '${other}' LC_COLLATE 'C' LC_CTYPE 'C'${
        from >= 15 ? " LOCALE_PROVIDER libc" : ""
      }${own}`,
      ascii: true,
    };
  }
  if (encoding === "UTF8" && kind < 0.2) {
    return {
      sql: `TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'en_US.utf8'${
        from >= 15 ? " LOCALE_PROVIDER libc" : ""
      }${own}`,
      ascii: false,
    };
  }
  if (encoding === "UTF8" && from >= 15 && kind < 0.3) {
    return {
      sql: `TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE '${
        random.one(["de", "und-u-ks-level2", "fr-CA"])
      }'${own}`,
      ascii: false,
    };
  }
  if (encoding === "UTF8" && from >= 17 && kind < 0.4) {
    return {
      sql:
        `TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'${own}`,
      ascii: false,
    };
  }
  return { sql: own, ascii: encoding !== "UTF8" };
}

/** Settings and what would disturb the making of the rest, hence last. */
function lateOf(
  random: Random,
  from: From,
  all: {
    roles: readonly string[];
    databases: readonly { name: string }[];
    superuser: string;
    ascii: boolean;
  },
): Group[] {
  const databases = all.databases.map(({ name }) => quoted(name));
  const boss = quoted(all.superuser);
  const groups: Group[] = [];
  const setting = () => random.one(SESSION_SETTINGS);
  const targets = [
    () => `ROLE ${random.one(all.roles)}`,
    () => `ROLE ${boss}`,
    () => `ROLE ALL`,
    () => `DATABASE ${random.one(databases)}`,
    () =>
      `ROLE ${random.one([...all.roles, boss])} IN DATABASE ${
        random.one(databases)
      }`,
  ];
  for (let count = random.one([0, 1, 2, 4, 8]); count > 0; count--) {
    const [name, value] = setting();
    const target = random.one(targets)();
    groups.push(
      dump(`setting ${name}`, `ALTER ${target} SET ${name} = ${value};`),
    );
  }
  return [
    ...groups,
    ...databases.flatMap((database) =>
      ofDatabase(random, database, { ...all, boss })
    ),
    ...rareOnes(random, from, all.roles, databases),
  ];
}

function ofDatabase(
  random: Random,
  database: string,
  all: { roles: readonly string[]; boss: string; ascii: boolean },
): Group[] {
  const groups: Group[] = [];
  if (random.chance(0.25)) {
    groups.push(
      dump(
        "database comments",
        `COMMENT ON DATABASE ${database} IS ${textOf(random, all.ascii)};`,
      ),
    );
  }
  if (random.chance(0.25)) {
    groups.push(dump(
      "database grants",
      random.one([
        `GRANT CREATE ON DATABASE ${database} TO ${
          random.one(all.roles)
        } WITH GRANT OPTION;`,
        `REVOKE CONNECT, TEMPORARY ON DATABASE ${database} FROM PUBLIC;`,
        `REVOKE ALL ON DATABASE ${database} FROM ${all.boss};`,
      ]),
    ));
  }
  if (random.chance(0.05)) {
    groups.push(
      dump(
        "template database",
        `ALTER DATABASE ${database} IS_TEMPLATE true;`,
      ),
    );
  }
  return groups;
}

function rareOnes(
  random: Random,
  from: From,
  roles: readonly string[],
  databases: readonly string[],
): Group[] {
  const groups: Group[] = [];
  if (random.chance(0.03)) {
    groups.push(
      dump(
        "closed database",
        `CREATE DATABASE closed ALLOW_CONNECTIONS false;`,
      ),
    );
  }
  if (from >= 15 && random.chance(0.15)) {
    groups.push(
      dump(
        "parameter grants",
        `GRANT SET, ALTER SYSTEM ON PARAMETER ${
          random.one([
            "work_mem",
            "log_statement",
            "session_replication_role",
            "my.own",
          ])
        } TO ${random.one(roles)} WITH GRANT OPTION;`,
      ),
    );
  }
  if (random.chance(0.1)) {
    groups.push(
      dump("slot", `SELECT pg_create_physical_replication_slot('standby_1');`),
    );
  }
  if (random.chance(0.08) && !databases.includes('"postgres"')) {
    groups.push({
      name: "no postgres",
      database: "template1",
      sql: "DROP DATABASE IF EXISTS postgres;",
    });
  }
  return groups;
}
