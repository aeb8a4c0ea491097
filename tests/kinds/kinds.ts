/**
 * Every catalog of every version: whether a dump and pg_upgrade carry what
 * stands in it, and where the comparison of old and new cluster sees a loss.
 * A catalog of a server without a row here makes `kinds_test.ts` red.
 */
export interface Kind {
  readonly catalog: string;
  /** The first major version that has it, where 13 has not. */
  readonly since?: number;
  readonly dump: Carried;
  readonly pgUpgrade: Carried;
  /** The file of a fingerprint that tells of it; "none" with the reason. */
  readonly seen:
    | "catalog"
    | "globals"
    | "schema"
    | "sequences"
    | "settings"
    | "none";
  /** How a planted loss of it is named, see `planted_in_cluster.ts`. */
  readonly planted?: string;
  readonly reason?: string;
}

/** "made again": by the new server, from what is carried. */
export type Carried = "yes" | "no" | "made again" | "from 17 on";

const row = (
  catalog: string,
  carried: readonly [dump: Carried, pgUpgrade: Carried],
  seen: Kind["seen"],
  words: string,
  since?: number,
): Kind => ({
  catalog,
  dump: carried[0],
  pgUpgrade: carried[1],
  seen,
  ...(seen === "none" ? { reason: words } : { planted: words }),
  ...(since === undefined ? {} : { since }),
});

const YES = ["yes", "yes"] as const;

export const KINDS: readonly Kind[] = [
  row("pg_aggregate", YES, "schema", "aggregate zoo.total(integer)"),
  row("pg_am", YES, "schema", "access method heap2"),
  row("pg_amop", YES, "schema", "operator family zoo.fam"),
  row("pg_amproc", YES, "schema", "operator class zoo.cls"),
  row("pg_attrdef", YES, "schema", "table zoo.a"),
  row("pg_attribute", YES, "schema", "table zoo.a"),
  row(
    "pg_auth_members",
    YES,
    "globals",
    "membership of app in pg_read_all_data",
  ),
  row("pg_authid", YES, "globals", "role app"),
  row("pg_cast", YES, "schema", "cast CAST (zoo.pair AS text)"),
  row("pg_class", YES, "schema", "index zoo.i1"),
  row("pg_collation", YES, "schema", "collation zoo.digits"),
  row("pg_constraint", YES, "schema", "fk constraint zoo.b later"),
  row("pg_conversion", YES, "schema", "conversion zoo.conv"),
  row("pg_database", YES, "settings", "database connection limit"),
  row("pg_db_role_setting", YES, "settings", "settings of role app"),
  row(
    "pg_default_acl",
    YES,
    "schema",
    "default acl DEFAULT PRIVILEGES FOR FUNCTIONS",
  ),
  row("pg_depend", YES, "catalog", "function zoo.evil() of extension hstore"),
  row("pg_description", YES, "schema", "comment zoo.VIEW joined"),
  row("pg_enum", YES, "schema", "type zoo.colour"),
  row("pg_event_trigger", YES, "schema", "event trigger ev"),
  row(
    "pg_extension",
    ["made again", "yes"],
    "catalog",
    "version of extension hstore",
  ),
  row("pg_foreign_data_wrapper", YES, "schema", "foreign data wrapper nowhere"),
  row("pg_foreign_server", YES, "schema", "server far"),
  row("pg_foreign_table", YES, "schema", "foreign table zoo.abroad"),
  row("pg_index", YES, "schema", "index zoo.i1"),
  row("pg_inherits", YES, "schema", "table zoo.derived"),
  row(
    "pg_init_privs",
    ["made again", "yes"],
    "none",
    "what an extension was given as it was created; privileges themselves are compared",
  ),
  row("pg_language", YES, "schema", "procedural language other"),
  row("pg_largeobject", YES, "settings", "large object content"),
  row("pg_largeobject_metadata", YES, "settings", "large objects"),
  row("pg_namespace", YES, "catalog", "schema public"),
  row("pg_opclass", YES, "schema", "operator class zoo.cls"),
  row("pg_operator", YES, "schema", "operator zoo.==="),
  row("pg_opfamily", YES, "schema", "operator family zoo.fam"),
  row(
    "pg_parameter_acl",
    YES,
    "globals",
    "privileges on parameter work_mem",
    15,
  ),
  row("pg_partitioned_table", YES, "schema", "table zoo.other_parted"),
  row("pg_policy", YES, "schema", "policy zoo.b p1"),
  row("pg_proc", YES, "schema", "function zoo.f(text)"),
  row("pg_publication", YES, "schema", "publication everything"),
  row(
    "pg_publication_namespace",
    YES,
    "schema",
    "publication tables in schema zoo.planted zoo",
    15,
  ),
  row("pg_publication_rel", YES, "schema", "publication planted"),
  row("pg_range", YES, "schema", "type zoo.range"),
  row(
    "pg_replication_origin",
    ["no", "no"],
    "none",
    "how far a subscription has read: `plan` refuses or tells of subscriptions",
  ),
  row("pg_rewrite", YES, "schema", "rule zoo.a del"),
  row(
    "pg_seclabel",
    YES,
    "none",
    "pg_dump writes labels into the schema, which is compared; no provider is in the images of the tests",
  ),
  row("pg_sequence", YES, "sequences", "sequence zoo.serials_a_seq"),
  row(
    "pg_shdepend",
    ["made again", "made again"],
    "none",
    "follows from owners and privileges, which are compared",
  ),
  row("pg_shdescription", YES, "globals", "role app"),
  row(
    "pg_shseclabel",
    YES,
    "none",
    "pg_dumpall writes labels into the globals, which are compared; no provider is in the images of the tests",
  ),
  row(
    "pg_statistic",
    ["made again", "made again"],
    "none",
    "gathered from the rows by ANALYZE",
  ),
  row("pg_statistic_ext", YES, "schema", "statistics zoo.s1"),
  row(
    "pg_statistic_ext_data",
    ["made again", "made again"],
    "none",
    "gathered from the rows by ANALYZE",
  ),
  row("pg_subscription", YES, "schema", "subscription sub"),
  row(
    "pg_subscription_rel",
    ["no", "from 17 on"],
    "none",
    "how far a subscription has read: `plan` refuses or tells of subscriptions",
  ),
  row("pg_tablespace", YES, "catalog", "tablespace pg_default"),
  row("pg_transform", YES, "schema", "transform"),
  row("pg_trigger", YES, "schema", "trigger zoo.a t1"),
  row("pg_ts_config", YES, "schema", "text search configuration zoo.ts"),
  row("pg_ts_config_map", YES, "schema", "text search configuration zoo.ts"),
  row("pg_ts_dict", YES, "schema", "text search dictionary zoo.dict"),
  row("pg_ts_parser", YES, "schema", "text search parser zoo.parser"),
  row("pg_ts_template", YES, "schema", "text search template zoo.template"),
  row("pg_type", YES, "schema", "domain zoo.short"),
  row(
    "pg_user_mapping",
    YES,
    "schema",
    "user mapping USER MAPPING public SERVER far",
  ),
  row(
    "pg_propgraph_element",
    YES,
    "none",
    "19 is no version to upgrade to yet; its pg_dump writes property graphs into the schema, which is compared",
    19,
  ),
  row(
    "pg_propgraph_element_label",
    YES,
    "none",
    "19 is no version to upgrade to yet; its pg_dump writes property graphs into the schema, which is compared",
    19,
  ),
  row(
    "pg_propgraph_label",
    YES,
    "none",
    "19 is no version to upgrade to yet; its pg_dump writes property graphs into the schema, which is compared",
    19,
  ),
  row(
    "pg_propgraph_label_property",
    YES,
    "none",
    "19 is no version to upgrade to yet; its pg_dump writes property graphs into the schema, which is compared",
    19,
  ),
  row(
    "pg_propgraph_property",
    YES,
    "none",
    "19 is no version to upgrade to yet; its pg_dump writes property graphs into the schema, which is compared",
    19,
  ),
];

/** Parts of an object that no dump of a schema says, and where each is seen. */
export const PARTS: readonly (readonly [part: string, planted: string])[] = [
  [
    "row security of an extension's table",
    "row security zoo.kept of extension hstore",
  ],
  [
    "policies of an extension's table",
    "policy kept_p of zoo.kept of extension hstore",
  ],
  [
    "triggers of an extension's table",
    "trigger kept_t of zoo.kept of extension hstore",
  ],
  [
    "indexes of an extension's table",
    "index kept_i of zoo.kept of extension hstore",
  ],
  [
    "constraints of an extension's table",
    "constraint kept_c of zoo.kept of extension hstore",
  ],
  [
    "NOT NULL, defaults and comments of its columns",
    "column t of zoo.kept of extension hstore",
  ],
  [
    "comments and options of an extension's table",
    "table zoo.kept of extension hstore",
  ],
  [
    "what belongs to an extension",
    "function zoo.hstore_version_diag(zoo.hstore) of extension hstore",
  ],
  ["an extension's version", "version of extension hstore"],
  ["a dropped schema public", "schema public"],
  ["options, privileges and comments of tablespaces", "tablespace pg_global"],
  ["comments on large objects", "large object comments"],
  ["foreign keys that are switched off", "triggers of later on zoo.b"],
  [
    "functions in the system's schemas",
    "function pg_catalog.maintenance_note(pg_catalog.text) among the system's own objects",
  ],
  [
    "views in the system's schemas",
    "view information_schema.planted among the system's own objects",
  ],
  [
    "costs and owners of the system's functions",
    "the system's own objects in pg_proc",
  ],
  ["rules of the system's views", "the system's own objects in pg_rewrite"],
  ["roles that pg_dumpall leaves out", "role pg_hidden"],
];

/**
 * What a way does not carry, and so `plan` refuses it, and once more the look
 * at the closed cluster: by the key of the fact that tells of it.
 */
export const REFUSED: readonly (readonly [part: string, key: string])[] = [
  ["what a user made in pg_catalog or information_schema", "systemObjects"],
  ["tables and views that were added to an extension", "memberTables"],
  ["other objects that were added to an extension", "added"],
  ["indexes, constraints, rules and such on an extension's table", "added"],
  ["columns of types that later versions do not have", "removedTypes"],
  ["tables WITH OIDS", "tablesWithOids"],
  ["columns with numbers of objects", "numberedTypes"],
  ["a subscription that still copies tables", "unsettled"],
  ["a language whose handler is the system's", "languages"],
  ["triggers of a key that are disabled", "switchedOff"],
  ["operators behind their operand, and aggregates over anyarray", "lapsed"],
  ["the same, of an extension", "lapsedMembers"],
  ["a column that may be null, and its parent's may not", "nullable"],
  ["conversions from before 14", "conversions"],
  ["code of a role that only the superuser could run", "unguarded"],
  ["code of a role that runs as its table is made", "folded"],
  ["IS DOCUMENT that no server reads again", "unreadable"],
  ["the system's text search configurations and dictionaries", "altered"],
];
