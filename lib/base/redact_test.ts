import { assert, assertEquals } from "@std/assert";
import {
  redact,
  redactDeep,
  redactJson,
  redactWords,
  secretsOf,
  wordsBehind,
} from "./redact.ts";

/** In what words rows and secrets are met; "canary" stands in nothing else. */
const SHAPES: Readonly<Record<string, string>> = {
  "a unit's variable, to its end":
    "Environment=POSTGRES_PASSWORD=ab,canary;canary",
  "one in quotes, with blanks":
    'Environment="APP_KEY=canary with canary" "OTHER=canary"',
  "one whose name says nothing":
    "ExecStart=podman run -e STRIPE=canary,canary db",
  "one of a shell, in pieces": `--env MAILGUN=can'canary'"canary"canary db`,
  "a row of a constraint":
    'ERROR:  new row for relation "t" violates check constraint "c"\nDETAIL:  Failing row contains (1, canary, (canary), 2020-01-01).',
  "a row over lines":
    "DETAIL:  Failing row contains (1, line one\ncanary\ncanary).\nCONTEXT:  COPY t, line 1",
  "a row of COPY": 'CONTEXT:  COPY t, line 7: "1\tcanary\tcanary"',
  "a column of COPY": 'CONTEXT:  COPY t, line 7, column b: "canary"',
  "a key": "DETAIL:  Key (email)=(canary@example.org) already exists.",
  "a key of an exclusion":
    "DETAIL:  Key (a, b)=(canary, canary) conflicts with existing key (a, b)=(canary, canary).",
  "a value that does not parse":
    'ERROR:  invalid input syntax for type integer: "canary"',
  "a value that is too large":
    'ERROR:  value "canary" is out of range for type integer',
  "a document that does not parse":
    'DETAIL:  Token "canary" is invalid.\nCONTEXT:  JSON data, line 1: {"a": canary...',
  "parameters of a statement":
    "DETAIL:  parameters: $1 = 'canary', $2 = 'canary'",
  "a server's options":
    "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'db', api_id 'canary', \"x y\" 'canary');",
  "a user mapping's":
    "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'app', password 'can''canary');",
  "an application's setting":
    `ALTER DATABASE shop SET "app.jwt_secret" TO 'canary';`,
  "the same of a role, by =": "ALTER ROLE a SET app.key = 'canary', 'canary';",
  "a setting with a command":
    "ALTER SYSTEM SET archive_command TO 'curl -u a:canary';",
  "a subscription over lines":
    "CREATE SUBSCRIPTION s CONNECTION 'host=x\n  user=y\n  password=canary\n  canary' PUBLICATION p;",
  "a whole statement":
    "pg_restore: error: could not execute query: ERROR:  no\nCommand was: CREATE TABLE t (a text DEFAULT 'canary', b text DEFAULT $x$canary$x$);\nINSERT INTO t VALUES ('canary');\npg_restore: warning",
  "an address": "postgres://app:canary@db:5432/shop",
  "a hash": "SCRAM-SHA-256$4096:canary$canary:canary",
  "JSON in a text": '{\\"secret\\":\\"canary\\"}',
};

for (const [name, shape] of Object.entries(SHAPES)) {
  Deno.test(`Nothing is shown of ${name}`, () => {
    const text = redact(`before\n${shape}\nERROR:  after\n`);
    assert(!text.includes("canary"), text);
    assert(text.startsWith("before\n"), text);
    assert(text.endsWith("\nERROR:  after\n"), text);
    // In a document, as a whole and below a name.
    const document = redactJson(JSON.stringify({ a: [shape], log: shape }));
    assert(!document.includes("canary"), document);
    assertEquals(Object.keys(JSON.parse(document)), ["a", "log"]);
  });
}

Deno.test("Text that is made to take for ever does not", () => {
  const parts = [
    ...["a.", "-a", "Key (", "Key ()=(", "COPY a", "OPTIONS (", "OPTIONS ('"],
    ...[
      "connection '",
      "SET ",
      'SET "a.',
      "$a$",
      "A=",
      '"A=',
      "invalid input ",
    ],
    ...["STATEMENT: ", "Failing row contains (", "a://", "password '", "\\"],
    ...["'", '"', "=", "--token ", "-----BEGIN PRIVATE KEY-----", "\n"],
  ];
  for (const part of parts) {
    const began = performance.now();
    redact(part.repeat(Math.ceil(100_000 / part.length)));
    const ms = performance.now() - began;
    assert(ms < 5000, `${JSON.stringify(part)}: ${Math.round(ms)} ms`);
  }
});

Deno.test("What helps stays unchanged", () => {
  for (
    const line of [
      'pg_restore: error: could not execute query: ERROR:  relation "orders" does not exist',
      "ERROR:  could not extend file: No space left on device",
      "Environment=PGDATA=/var/lib/postgresql/data TZ=Europe/Berlin",
      "ALTER ROLE a SET work_mem TO '64MB';",
      "OPTIONS (host 'db', port '5432', dbname 'shop')",
      "PG_MAJOR=17",
      "The new cluster differs from the old one in 1 places: table app.orders: was 3 rows, is 2 rows",
      "podman run --name=db --volume=/srv/db:/var/lib/postgresql/data postgres:17",
    ]
  ) assertEquals(redact(line), line);
});

Deno.test("Of the words that set a variable its name is kept", () => {
  assertEquals(
    redactWords([
      "systemd-run",
      "--setenv=TOKEN=canary canary",
      "--env=APP=canary",
      "lower_case=canary",
      "--setenv=PGLADDER_DIRECTION=apply",
      "--unit=pgladder-1.service",
      "--label=pgladder.run=1",
    ]),
    [
      "systemd-run",
      "--setenv=TOKEN=[removed]",
      "--env=APP=[removed]",
      "lower_case=[removed]",
      "--setenv=PGLADDER_DIRECTION=apply",
      "--unit=pgladder-1.service",
      "--label=pgladder.run=1",
    ],
  );
});

Deno.test("Below a secret name nothing is shown, whatever it looks like", () => {
  assertEquals(
    redactDeep({ password: "a b", list: [{ api_key: "x" }], at: 1, no: null }),
    {
      password: "[removed]",
      list: [{ api_key: "[removed]" }],
      at: 1,
      no: null,
    },
  );
});

Deno.test("All of an environment but what is harmless is looked for", () => {
  const env = {
    POSTGRES_PASSWORD: "abc1",
    POSTGRES_PASSWORD_FILE: "/run/secrets/db",
    STRIPE: "sk_live_123",
    APP_ENV: "production",
    PGDATA: "/var/lib/postgresql/data",
    PATH: "/usr/local/bin:/usr/bin",
  };
  assertEquals(secretsOf(env), ["abc1", "sk_live_123"]);
});

Deno.test("Of a command line the program is shown", () => {
  const line = "/opt/switch.sh --key s3cret";
  assertEquals(
    redact(`runs "${line}"`, wordsBehind([line])),
    'runs "/opt/switch.sh [removed]"',
  );
  assertEquals(wordsBehind(["/opt/switch.sh", undefined]), []);
});
