/**
 * One change each to a file of a real fingerprint, and how a comparison must
 * name it. The file of a database is written `shop/KIND`.
 */
export const PLANTED: readonly [
  file: string,
  from: RegExp,
  to: string,
  object: string,
][] = [
  [
    "configuration",
    /("work_mem", "7)MB/,
    "$1kB",
    "setting work_mem of the configuration",
  ],
  ["shop/rows", /("orders_1", "r", )5000/, "$14999", "table app.orders_1"],
  ["shop/rows", /("customers", "r", 5000, ")/, "$11", "table app.customers"],
  ["shop/rows", /.*"no_columns".*\n/, "", "table app.no_columns"],
  [
    "shop/sequences",
    /(customers_id_seq", )5000/,
    "$14000",
    "sequence app.customers_id_seq",
  ],
  ["shop/settings", /("large objects", )3/, "$12", "large objects"],
  ["shop/settings", /.*"pgcrypto".*\n/, "", "extension pgcrypto"],
  ["shop/settings", /"app=CTc/, '"app=Tc', "database privileges"],
  ["shop/settings", /(work_mem=9)MB/, "$1kB", "settings of role app"],
  [
    "shop/schema.sql",
    / AND \(EXISTS/,
    " OR (EXISTS",
    "policy app.customers mine",
  ],
  [
    "shop/schema.sql",
    /'old'::character varying/,
    "'other'::character varying",
    "table app.customers",
  ],
  [
    "shop/schema.sql",
    /(Name: customers; Type: TABLE; Schema: app; Owner: )app/,
    "$1postgres",
    "table app.customers",
  ],
  [
    "shop/schema.sql",
    /ALTER TABLE app.customers ENABLE ROW LEVEL SECURITY;/,
    "",
    "row security app.customers",
  ],
  [
    "shop/schema.sql",
    /(CREATE VIEW app.v1 AS\n SELECT )id/,
    "$1id + 1 AS id",
    "view app.v1",
  ],
  [
    "shop/schema.sql",
    /GRANT SELECT\(name\) ON TABLE app.customers TO .*\n/,
    "",
    "privileges on app.COLUMN customers.name",
  ],
  [
    "shop/schema.sql",
    /ALTER DATABASE shop CONNECTION LIMIT = 0;\n/,
    "",
    "database properties shop",
  ],
  [
    "globals.sql",
    /(ALTER ROLE app WITH .* PASSWORD ')[^']*/,
    "$1md5x",
    "role app",
  ],
  [
    "globals.sql",
    /GRANT readers TO app .*\n/,
    "",
    "membership of app in readers",
  ],
  [
    "globals.sql",
    /(GRANT pg_monitor TO readers WITH INHERIT )FALSE/,
    "$1TRUE",
    "membership of readers in pg_monitor",
  ],
  [
    "globals.sql",
    /ALTER ROLE app SET search_path.*\n/,
    "",
    "setting search_path of role app",
  ],
  ["databases", /$/, "bmV3\n", "database new"],
];
