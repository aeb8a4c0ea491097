import type { RunContext } from "../../run/context.ts";
import * as v from "valibot";
import { readJson } from "../../base/json.ts";
import { psqlIn } from "../../job/psql.ts";

/**
 * Unlogged tables are empty after any start that follows a kill. So it is
 * noted before the stop which of them have rows, and if the stop became a
 * kill all the same, the operator hears of it before anything starts.
 */

const NoteSchema = v.strictObject({
  tables: v.array(v.string()),
  /** The operator was told once, and has typed resume since. */
  told: v.boolean(),
});

const TABLES = `select quote_ident(current_database()) || '.' || oid::regclass
  from pg_class where relpersistence = 'u' and relkind in ('r', 'm')
  and pg_relation_size(oid) > 0`;

/** Notes which unlogged tables have rows, as long as a server can be asked. */
export async function noteUnlogged(context: RunContext) {
  const { plan, ports } = context;
  const { code, stdout } = await psqlIn(ports, plan.container, {
    user: plan.superuser,
    databases: [],
    sql: TABLES,
  });
  const tables = stdout.split("\n").filter((line) => line !== "");
  // Nobody answers: what was noted before the stop stays.
  if (code !== 0 && tables.length === 0) return;
  await write(context, { tables, told: false });
}

/** @throws the server was killed, and unlogged tables had rows; only once */
export async function tellUnlogged(context: RunContext) {
  const { names, ports } = context;
  const text = await ports.files.readText(names.unlogged);
  const note = readJson(NoteSchema, text ?? "");
  if (!note.success || note.output.told) return;
  const { tables } = note.output;
  if (tables.length === 0) return;
  await write(context, { tables, told: true });
  throw new Error(
    `The server was killed while it stopped, and the next start, of whichever version, empties the unlogged tables ${
      tables.join(", ")
    }: go on without their rows with resume, or save their files first`,
  );
}

async function write(
  { names, ports: { files } }: RunContext,
  note: v.InferOutput<typeof NoteSchema>,
) {
  await files.writeText(names.unlogged, JSON.stringify(note));
}
