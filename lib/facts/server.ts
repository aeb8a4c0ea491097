import * as v from "valibot";
import { assetPath } from "../assets.ts";
import { Failure } from "../failure.ts";
import type { Container } from "../port/containers.ts";
import type { Ports } from "../port/ports.ts";
import { psqlIn } from "../psql.ts";

const LiveSchema = v.looseObject({
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
  tablespaces: v.array(v.string()),
  preparedTransactions: v.number(),
  slots: v.array(v.string()),
  databases: v.array(v.looseObject({
    name: v.string(),
    bytes: v.number(),
    connect: v.boolean(),
    valid: v.boolean(),
  })),
  connections: v.array(v.looseObject({
    database: v.nullable(v.string()),
    application: v.string(),
    address: v.string(),
    count: v.number(),
  })),
});

/** What the running server says of itself. */
export type Live = v.InferOutput<typeof LiveSchema>;

/** What the running server says of itself. */
export async function askServer(
  container: Container,
  ports: Ports,
): Promise<Live> {
  const sql = await ports.files.readText(assetPath("sql/live_facts.sql")) ?? "";
  const user = container.env["POSTGRES_USER"] || "postgres";
  const answer = await psqlIn(ports, container.name, {
    user,
    database: "template1",
    sql,
  });
  if (answer.code !== 0) {
    const reason = answer.stderr.trim().split("\n")[0] ?? "";
    throw new Failure("not-postgres", {
      name: container.name,
      reason: `its server does not answer as superuser "${user}" (${reason})`,
    });
  }
  const live = v.safeParse(
    v.pipe(v.string(), v.parseJson(), LiveSchema),
    answer.stdout,
  );
  if (!live.success) {
    throw new Failure("not-postgres", {
      name: container.name,
      reason: `its server's answer is not understood: ${
        live.issues[0].message
      } at "${v.getDotPath(live.issues[0]) ?? ""}"`,
    });
  }
  return live.output;
}
