/**
 * How each catalog is written down without the numbers of objects. What is not
 * named here is written as its text; what is left out has its reason beside it.
 * A catalog without a key stops the oracle, so a new one is not passed over.
 */

/** What is not compared, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  "pg_statistic": "planner's figures, gathered anew",
  "pg_statistic_ext_data": "planner's figures, gathered anew",
  "pg_shdepend": "follows from owners, grants and policies",
  "pg_largeobject": "compared as content",
};

/** Columns that say where something lies or what was gathered, not what it is. */
const PLACES = "where it lies, or what a server keeps for itself";
const FIGURES = "figures of the planner and of vacuum";
const FOLLOWS = "follows from what is compared elsewhere";
export const COLUMNS_LEFT_OUT: Readonly<Record<string, string>> = {
  "*.oid": "the number itself",
  "pg_class.relfilenode": PLACES,
  "pg_class.reltoastrelid": PLACES,
  "pg_class.relrewrite": PLACES,
  "pg_class.reltype": FOLLOWS,
  "pg_class.relpages": FIGURES,
  "pg_class.reltuples": FIGURES,
  "pg_class.relallvisible": FIGURES,
  "pg_class.relallfrozen": FIGURES,
  "pg_class.relfrozenxid": FIGURES,
  "pg_class.relminmxid": FIGURES,
  "pg_class.relhasindex": "reset by vacuum alone",
  "pg_class.relhasrules": "reset by vacuum alone",
  "pg_class.relhastriggers": "reset by vacuum alone",
  "pg_class.relhassubclass": "reset by analyze alone",
  "pg_class.relnatts": "counts dropped columns",
  "pg_class.relchecks": FOLLOWS,
  "pg_attribute.attrelid": FOLLOWS,
  "pg_attribute.attname": FOLLOWS,
  "pg_attribute.attcacheoff": PLACES,
  "pg_attribute.atthasmissing": "a rewritten table has its values in the rows",
  "pg_attribute.attmissingval": "a rewritten table has its values in the rows",
  "pg_attribute.attndims": "is of no meaning to the server",
  "pg_index.indcheckxmin": PLACES,
  "pg_database.datfrozenxid": FIGURES,
  "pg_database.datminmxid": FIGURES,
  "pg_database.datlastsysoid": PLACES,
  "pg_database.dathasloginevt": FOLLOWS,
  "pg_database.datcollversion": "of the library that sorts",
  "pg_collation.collversion": "of the library that sorts",
  "pg_trigger.tgconstrindid": FOLLOWS,
  "pg_trigger.tgisinternal": FOLLOWS,
  "pg_rewrite.rulename": FOLLOWS,
  "pg_proc.prosupport": "of built-in functions",
  "pg_init_privs.privtype": FOLLOWS,
  "pg_subscription.subskiplsn": PLACES,
  "pg_subscription_rel.srsublsn": PLACES,
  "pg_type.typarray": FOLLOWS,
  "pg_type.typrelid": FOLLOWS,
};

/** From 17 on the type json has no schema before its name. */
const IDENTITY = "replace(i.identity, 'pg_catalog.json)', 'json)')";

/** What identifies a row where the server has no name for it; `t` is the row. */
export const KEYS: Readonly<Record<string, string>> = {
  "pg_aggregate": ref("pg_proc", "t.aggfnoid"),
  "pg_attribute": `${
    ref("pg_class", "t.attrelid")
  } || '.' || CASE (SELECT c.relkind FROM pg_class AS c WHERE c.oid = t.attrelid) WHEN 'i' THEN t.attnum::text WHEN 'I' THEN t.attnum::text ELSE t.attname::text END`,
  "pg_auth_members": `format('%s in %s', t.member::regrole, t.roleid::regrole)`,
  "pg_authid": "t.rolname::text",
  "pg_database": "t.datname::text",
  "pg_db_role_setting":
    `format('%s in %s', (SELECT rolname FROM pg_authid WHERE oid = t.setrole), (SELECT datname FROM pg_database WHERE oid = t.setdatabase))`,
  "pg_depend": `format('%s %s %s', t.deptype, ${
    anyRef("t.classid", "t.objid", "t.objsubid")
  }, ${anyRef("t.refclassid", "t.refobjid", "t.refobjsubid")})`,
  "pg_description": anyRef("t.classoid", "t.objoid", "t.objsubid"),
  "pg_enum": `${ref("pg_type", "t.enumtypid")} || ' ' || t.enumlabel`,
  "pg_foreign_table": ref("pg_class", "t.ftrelid"),
  "pg_index": ref("pg_class", "t.indexrelid"),
  "pg_inherits": `${ref("pg_class", "t.inhrelid")} || ' of ' || ${
    ref("pg_class", "t.inhparent")
  }`,
  "pg_init_privs": anyRef("t.classoid", "t.objoid", "t.objsubid"),
  "pg_largeobject_metadata": "t.oid::text",
  "pg_parameter_acl": "t.parname",
  "pg_partitioned_table": ref("pg_class", "t.partrelid"),
  "pg_range": ref("pg_type", "t.rngtypid"),
  "pg_replication_origin": "t.roname",
  "pg_seclabel": anyRef("t.classoid", "t.objoid", "t.objsubid"),
  "pg_sequence": ref("pg_class", "t.seqrelid"),
  "pg_shdescription": anyRef("t.classoid", "t.objoid", "0"),
  "pg_shseclabel": anyRef("t.classoid", "t.objoid", "0"),
  "pg_subscription": "t.subname::text",
  "pg_subscription_rel": ref("pg_class", "t.srrelid"),
  "pg_tablespace": "t.spcname::text",
  "pg_trigger":
    `CASE WHEN t.tgisinternal AND t.tgconstraint <> 0 THEN format('internal %s of %s on %s', t.tgfoid::regproc, ${
      ref("pg_constraint", "t.tgconstraint")
    }, ${ref("pg_class", "t.tgrelid")}) ELSE ${ref("pg_trigger", "t.oid")} END`,
  // Versions name one in different words.
  "pg_transform": `${ref("pg_type", "t.trftype")} || ' in ' || ${
    ref("pg_language", "t.trflang")
  }`,
  "pg_ts_config_map": `${
    ref("pg_ts_config", "t.mapcfg")
  } || ' ' || t.maptokentype || ' ' || t.mapseqno`,
};

/** Rows that are not looked at. */
export const WHERE: Readonly<Record<string, string>> = {
  "pg_attribute":
    "t.attnum > 0 AND NOT t.attisdropped AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.attrelid AND c.relnamespace <> 'pg_toast'::regnamespace)",
  // Of a TOAST table only its options are anybody's.
  "pg_index":
    "EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.indexrelid AND c.relnamespace <> 'pg_toast'::regnamespace)",
  "pg_type": "t.typnamespace <> 'pg_toast'::regnamespace",
  "pg_class":
    "(t.relnamespace <> 'pg_toast'::regnamespace OR t.reloptions IS NOT NULL)",
  // What belongs to an extension, and which column a sequence is for.
  "pg_depend":
    "(t.deptype IN ('e', 'x') OR t.deptype IN ('a', 'i') AND t.classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.objid AND c.relkind = 'S'))",
  // Left behind by sessions that had temporary tables.
  "pg_namespace": "t.nspname !~ '^pg_(toast_)?temp_'",
  "pg_database": "t.datname <> 'template0'",
  // Those of subscriptions are made again with a new number.
  "pg_replication_origin": "t.roname !~ '^pg_[0-9]+$'",
};

/** What every session reads a row of, whoever made it. */
export const ALWAYS: Readonly<Record<string, string>> = {
  "pg_namespace": "t.nspname = 'public'",
  "pg_extension": "t.extname = 'plpgsql'",
  "pg_database": "true",
  "pg_authid": "t.rolname !~ '^pg_'",
};

/** Numbers of columns, by the relation that has them. */
export const COLUMN_NUMBERS: Readonly<Record<string, string>> = {
  "pg_constraint.conkey": "conrelid",
  "pg_constraint.confkey": "confrelid",
  "pg_constraint.confdelsetcols": "conrelid",
  "pg_index.indkey": "indrelid",
  "pg_trigger.tgattr": "tgrelid",
  "pg_publication_rel.prattrs": "prrelid",
  "pg_partitioned_table.partattrs": "partrelid",
  "pg_statistic_ext.stxkeys": "stxrelid",
};

/** Trees of the parser, as the server writes them in SQL; and what is written whole. */
export const TREES: Readonly<Record<string, string>> = {
  "pg_attrdef.adbin": "pg_get_expr(t.adbin, t.adrelid)",
  "pg_attrdef.adnum":
    "(SELECT attname FROM pg_attribute WHERE attrelid = t.adrelid AND attnum = t.adnum)",
  "pg_attribute.attnum":
    "CASE WHEN EXISTS (SELECT FROM pg_inherits WHERE inhrelid = t.attrelid) THEN NULL ELSE (SELECT count(*) FROM pg_attribute AS b WHERE b.attrelid = t.attrelid AND b.attnum > 0 AND NOT b.attisdropped AND b.attnum <= t.attnum) END",
  "pg_class.relpartbound": "pg_get_expr(t.relpartbound, t.oid)",
  "pg_constraint.connoinherit":
    "CASE WHEN t.contype IN ('c', 'n') THEN t.connoinherit::text END",
  "pg_constraint.conbin": "pg_get_constraintdef(t.oid)",
  "pg_index.indexprs": "pg_get_indexdef(t.indexrelid)",
  "pg_index.indpred": "pg_get_expr(t.indpred, t.indrelid)",
  "pg_partitioned_table.partexprs": "pg_get_partkeydef(t.partrelid)",
  "pg_policy.polqual": "pg_get_expr(t.polqual, t.polrelid)",
  "pg_policy.polwithcheck": "pg_get_expr(t.polwithcheck, t.polrelid)",
  "pg_policy.polroles":
    "(SELECT json_agg(CASE WHEN r = 0 THEN 'public' ELSE pg_get_userbyid(r)::text END ORDER BY r = 0, pg_get_userbyid(r)) FROM unnest(t.polroles) AS r)",
  "pg_proc.proargdefaults": "pg_get_function_arguments(t.oid)",
  "pg_proc.prosqlbody": "pg_get_function_sqlbody(t.oid)",
  "pg_publication_rel.prqual": "pg_get_expr(t.prqual, t.prrelid)",
  "pg_rewrite.ev_action":
    "CASE WHEN t.rulename = '_RETURN' THEN pg_get_viewdef(t.ev_class) ELSE pg_get_ruledef(t.oid) END",
  "pg_rewrite.ev_qual": "NULL",
  "pg_statistic_ext.stxexprs": "pg_get_statisticsobjdef(t.oid)",
  "pg_trigger.tgqual":
    "CASE WHEN NOT (t.tgisinternal AND t.tgconstraint <> 0) THEN pg_get_triggerdef(t.oid) END",
  "pg_trigger.tgname":
    "CASE WHEN NOT (t.tgisinternal AND t.tgconstraint <> 0) THEN t.tgname::text END",
  "pg_type.typdefaultbin": "pg_get_expr(t.typdefaultbin, 0)",
  "pg_extension.extconfig": `(SELECT json_agg(${
    ref("pg_class", "u.o")
  } ORDER BY u.n) FROM unnest(t.extconfig) WITH ORDINALITY AS u (o, n))`,
  "pg_enum.enumsortorder":
    "(SELECT count(*) FROM pg_enum AS b WHERE b.enumtypid = t.enumtypid AND b.enumsortorder <= t.enumsortorder)",
  "pg_database.datlocprovider": "t.datlocprovider::text",
  "pg_db_role_setting.setconfig":
    "(SELECT json_agg(c ORDER BY c) FROM unnest(t.setconfig) AS c)",
  "pg_class.reloptions":
    "(SELECT json_agg(c ORDER BY c) FROM unnest(t.reloptions) AS c)",
  "pg_attribute.attoptions":
    "(SELECT json_agg(c ORDER BY c) FROM unnest(t.attoptions) AS c)",
};

/** Columns that a later version has renamed, by its word for them. */
export const RENAMED: Readonly<Record<string, string>> = {
  "daticulocale": "datlocale",
  "colliculocale": "colllocale",
};

/** The letter by which `acldefault` knows the kind, and the owner's column. */
export const DEFAULT_ACLS: Readonly<Record<string, readonly [string, string]>> =
  {
    "pg_class.relacl": [
      "CASE WHEN t.relkind = 'S' THEN 's' ELSE 'r' END::\"char\"",
      "t.relowner",
    ],
    "pg_proc.proacl": ["'f'", "t.proowner"],
    "pg_namespace.nspacl": ["'n'", "t.nspowner"],
    "pg_type.typacl": ["'T'", "t.typowner"],
    "pg_language.lanacl": ["'l'", "t.lanowner"],
    "pg_foreign_server.srvacl": ["'S'", "t.srvowner"],
    "pg_foreign_data_wrapper.fdwacl": ["'F'", "t.fdwowner"],
    "pg_database.datacl": ["'d'", "t.datdba"],
    "pg_tablespace.spcacl": ["'t'", "t.spcowner"],
    "pg_largeobject_metadata.lomacl": ["'L'", "t.lomowner"],
  };

/** An object of this catalog by its name, `NULL` for none. */
export function ref(catalog: string, expression: string): string {
  // Its own word for a type has no schema where it is built in.
  if (catalog === "pg_type") {
    return `CASE WHEN ${expression} <> 0 THEN format_type(${expression}, NULL) END`;
  }
  return `CASE WHEN ${expression} <> 0 THEN coalesce((SELECT i.type || ' ' || ${IDENTITY} FROM pg_identify_object('${catalog}'::regclass, ${expression}, 0) AS i), '?' || ${expression}) END`;
}

/** An object of whatever catalog. */
export function anyRef(
  catalog: string,
  number: string,
  part: string,
): string {
  return `(SELECT coalesce(i.type || ' ' || ${IDENTITY}, '? ' || ${catalog}::regclass || ' ' || ${number}) FROM pg_identify_object(${catalog}, ${number}, ${part}) AS i)`;
}
