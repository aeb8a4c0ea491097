import * as v from "valibot";
import { readJson } from "../../base/json.ts";
import { assetPath } from "../../assets.ts";
import { Failure } from "../../base/failure.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { psqlIn } from "../../job/psql.ts";
import { PathlessSchema } from "./pathless.ts";
import { layoutOf, letInBy } from "./layouts.ts";
import { jsonText } from "../../base/json.ts";

export const ServerFactsSchema = v.looseObject({
  version: v.string(),
  superuser: v.string(),
  dataDirectory: v.string(),
  systemIdentifier: v.string(),
  encoding: v.string(),
  collate: v.string(),
  ctype: v.string(),
  provider: v.nullable(v.string()),
  locale: v.nullable(v.string()),
  checksums: v.boolean(),
  walSegmentMb: v.number(),
  inRecovery: v.boolean(),
  archiveMode: v.string(),
  configurationFiles: v.array(v.string()),
  /** As the setting has it: a list with commas. */
  preloaded: v.string(),
  /** Name, value, and whether something else than its data's files says so. */
  loading: v.optional(
    v.array(v.tuple([v.string(), v.string(), v.boolean()])),
  ),
  /** Of those from elsewhere: name, kind of source, and the file. */
  given: v.optional(
    v.array(v.tuple([v.string(), v.string(), v.nullable(v.string())])),
  ),
  /** Names of the settings in its files. */
  set: v.array(v.string()),
  /** Parameters on which privileges are granted, from 15 on. */
  granted: v.array(v.string()),
  /** Roles that log in with an MD5 password. */
  md5Roles: v.number(),
  tablespaces: v.array(v.string()),
  preparedTransactions: v.number(),
  slots: v.array(v.string()),
  /** Of those the logical ones, and of these the ones that nobody reads. */
  logicalSlots: v.array(v.string()),
  idleSlots: v.array(v.string()),
  /** Names in lower case, and whose they are, such as `role "app"`. */
  roleSettings: v.array(v.looseObject({ name: v.string(), of: v.string() })),
  databases: v.array(v.looseObject({
    name: v.string(),
    bytes: v.number(),
    connect: v.boolean(),
    valid: v.boolean(),
  })),
  /** Of its databases, without SQL_ASCII. */
  encodings: v.optional(v.array(v.string()), []),
  /** Roles with a line break in their name. */
  brokenRoles: v.optional(v.array(v.string())),
  /** Of databases and roles, with other letters than ASCII. */
  namesBeyondAscii: v.optional(v.array(v.string()), []),
  connections: v.array(v.looseObject({
    database: v.nullable(v.string()),
    application: v.string(),
    address: v.string(),
    count: v.number(),
  })),
});

export const DatabaseFactsSchema = v.looseObject({
  name: v.string(),
  /** The C library's locale that sorts its text; "C" where another does. */
  collate: v.string(),
  extensions: v.array(v.string()),
  extensionSchemas: v.optional(
    v.array(v.looseObject({
      extension: v.string(),
      schema: v.string(),
      version: v.optional(v.string(), ""),
    })),
    [],
  ),
  invalidIndexes: v.array(v.string()),
  /** Enabled ones; and those that have begun to copy a table and not ended. */
  subscriptions: v.array(v.string()),
  unsettled: v.array(v.string()),
  /** Tables that were added to an extension: no dump has them. */
  memberTables: v.array(v.string()),
  /** What users made in pg_catalog or information_schema. */
  systemObjects: v.array(v.string()),
  /** Settings of its routines, and a routine that has each. */
  routineSettings: v.optional(v.array(v.tuple([v.string(), v.string()])), []),
  tablesWithOids: v.array(v.string()),
  /** Tables whose partitions are ranges of text, as a library sorts it. */
  textRanges: v.array(v.string()),
  /** Columns of types that later versions do not have. */
  removedTypes: v.array(v.string()),
  /** Columns that hold numbers of objects, which pg_upgrade cannot keep. */
  numberedTypes: v.array(v.string()),
  /** Expressions that a restore computes, and the function of an ordinary role in each. */
  computed: v.optional(v.array(v.string()), []),
  /** Languages whose handler is the system's, which no restore makes. */
  languages: v.optional(v.array(v.string()), []),
  /** Keys whose own triggers are disabled. */
  switchedOff: v.optional(v.array(v.string()), []),
  /** Conversions of users, of a server before 14. */
  conversions: v.optional(v.array(v.string()), []),
  /** Operators and aggregates that 14 and later do not take. */
  lapsed: v.optional(v.array(v.string()), []),
  /** Columns that may be null although the parent table's may not. */
  nullable: v.optional(v.array(v.string()), []),
  /** Those that a restore would compute as the superuser, or that nobody else may. */
  unguarded: v.optional(v.array(v.string()), []),
  /** Those that either way computes as the superuser while it makes the schema. */
  folded: v.optional(v.array(v.string()), []),
  /** What was added to extensions and to their tables: no dump has it. */
  added: v.optional(v.array(v.string()), []),
  /** What the server writes down in words that none reads. */
  unreadable: v.optional(v.array(v.string()), []),
  /** Text search of the system's that is no longer as initdb makes it. */
  altered: v.optional(v.array(v.string()), []),
  /** Other objects of the system's that somebody has changed. */
  touched: v.optional(v.array(v.string()), []),
  /** As `lapsed`, of extensions. */
  lapsedMembers: v.optional(v.array(v.string()), []),
  /** Whether its columns have an option that only some servers know. */
  stamped: v.optional(v.boolean(), false),
  /**
   * What its functions in C are in: the library, the extension that brought all
   * of them, or "", and whether the image that runs has the file.
   */
  libraries: v.optional(
    v.array(v.tuple([v.string(), v.string(), v.boolean()])),
    [],
  ),
  /** Indexes over functions of an extension that follow a search path, and that. */
  calling: v.optional(v.array(v.tuple([v.string(), v.string()])), []),
  /** Tables whose rows a dump brings to an extension: its name, schema, table, columns. */
  configured: v.optional(
    v.array(
      v.tuple([v.string(), v.string(), v.string(), v.array(v.string())]),
    ),
    [],
  ),
  /** What finds names by a search path alone, and a restore computes. */
  pathless: v.optional(PathlessSchema, { roots: [], routines: [] }),
  /** The version that the image that runs would update an extension to. */
  offered: v.optional(v.array(v.tuple([v.string(), v.string()])), []),
});

/** What one of its databases holds. */
export type DatabaseFacts = v.InferOutput<typeof DatabaseFactsSchema>;

/** What the running server says of itself. */
export type ServerFacts = v.InferOutput<typeof ServerFactsSchema>;

/** @throws {Failure} it does not answer, or is no server that we know */
export async function askServer(
  container: Container,
  ports: Ports,
  superuser?: string,
): Promise<ServerFacts> {
  const sql = await ports.files.readText(assetPath("job/sql/live_facts.sql")) ??
    "";
  const user = superuser ?? await superuserOf(container, ports);
  const answer = await answerOf(container.name, { user, sql }, ports);
  if (answer.code !== 0) {
    const reason = answer.stderr.trim().split("\n")[0] ?? "";
    if (isStarting(answer.stderr)) {
      throw new Failure("no-answer", {
        name: container.name,
        reason: NO_SERVER.test(answer.stderr)
          ? `no server listens in it yet (${reason})`
          : `it is not ready yet (${reason})`,
        hint:
          `Its log says what it is at (podman or docker: logs --tail 20 ${container.name}). Type the same again once it is ready; if it is no database, name the one that is`,
      });
    }
    throw new Failure("no-answer", {
      name: container.name,
      reason: `it does not answer as superuser "${user}" (${reason})`,
      hint: letInBy(container) ?? "Name its superuser with --superuser",
    });
  }
  const live = readJson(ServerFactsSchema, answer.stdout);
  if (!live.success) {
    throw new Failure("no-answer", {
      name: container.name,
      hint: "See what its log says, then type the same again",
      reason: `its answer is not understood: ${live.issues[0].message} at "${
        v.getDotPath(live.issues[0]) ?? ""
      }"`,
    });
  }
  return live.output;
}

/** What psql says of a server that an image has still to start, and of one that starts. */
const NO_SERVER =
  /(No such file or directory|Connection refused)\s+Is the server running/;
const NOT_READY =
  /the database system is (starting up|shutting down|not (yet )?accepting connections)/;
const isStarting = (said: string) =>
  NO_SERVER.test(said) || NOT_READY.test(said);
/** An image that fills its new cluster starts its server twice. */
const START_MS = 20_000;

/** One that starts is waited for, though not for long. */
async function answerOf(
  name: string,
  { sql, user }: { readonly sql: string; readonly user: string },
  ports: Ports,
) {
  const ask = () =>
    psqlIn(ports, name, { user, databases: ["template1"], sql });
  let answer = await ask();
  if (answer.code === 0 || !isStarting(answer.stderr)) return answer;
  const { host } = ports;
  const begun = host.now().ms;
  while (
    answer.code !== 0 && isStarting(answer.stderr) &&
    host.stopAsked === undefined && host.now().ms - begun < START_MS
  ) {
    await host.sleep(1000);
    answer = await ask();
  }
  return answer;
}

/** A role's name has so many bytes at most. */
const LONGEST_NAME = 63;

/** As the image reads it: POSTGRES_USER, or the file that has it. */
async function superuserOf(
  container: Container,
  { containers }: Ports,
): Promise<string> {
  const { env, name } = container;
  const layout = layoutOf(container);
  if (layout !== undefined) return layout.superuser;
  const file = env["POSTGRES_USER_FILE"];
  if (env["POSTGRES_USER"] || !file) return env["POSTGRES_USER"] || "postgres";
  const { code, stdout } = await containers.exec(name, [
    ...["head", "-c", String(LONGEST_NAME + 1), "--", file],
  ]);
  const said = stdout.replace(/\n+$/, "");
  return code === 0 && said !== "" ? said : "postgres";
}

const QUESTIONS = [
  "database_facts.sql",
  "carried_facts.sql",
  "loaded_facts.sql",
  "pathless_facts.sql",
];

/** Asks every database that can be connected to, one after the other. */
export async function askDatabases(
  container: Container,
  server: ServerFacts,
  ports: Ports,
): Promise<readonly DatabaseFacts[]> {
  const questions = await Promise.all(
    QUESTIONS.map((it) => ports.files.readText(assetPath(`job/sql/${it}`))),
  );
  // One statement: a psql before 15 prints the last answer alone.
  const sql = `select ${
    questions.map((it) => `(\n${it}\n)::jsonb`).join(" || ")
  }`;
  const names = server.databases.filter(({ connect, valid }) =>
    connect && valid
  )
    .map(({ name }) => name);
  const answer = await psqlIn(ports, container.name, {
    user: server.superuser,
    databases: names,
    // Compiling so wide a question takes seconds; servers before 11 do not. The
    // scripts of PostGIS are read once, if there is room for them.
    sql: `${
      parseInt(server.version) < 11 ? "" : "set jit = off;\n"
    }set work_mem = '128MB';\n${sql}`,
  });
  const lines = answer.stdout.split("\n").filter((line) => line !== "");
  const inside = v.safeParse(
    v.array(jsonText(DatabaseFactsSchema)),
    lines,
  );
  if (answer.code === 0 && inside.success && lines.length === names.length) {
    return inside.output;
  }
  const said = inside.success
    ? answer.stderr.trim().split("\n")[0]
    : inside.issues[0].message;
  throw new Failure("no-answer", {
    name: container.name,
    reason: `its databases cannot be looked into: ${said}`,
    hint: "See what its log says, then type the same again",
  });
}
