import { join } from "@std/path";
import * as v from "valibot";
import type { Plan } from "../../journal/plan.ts";
import type { Ports } from "../port/ports.ts";
import type { RunContext, Verdict } from "../run/context.ts";
import { runAskingChecks } from "./check/checks.ts";
import { imageOf } from "./facts/image.ts";
import { askContents, contentsIn } from "./facts/image_contents.ts";
import {
  type DatabaseFacts,
  DatabaseFactsSchema,
  type ServerFacts,
  ServerFactsSchema,
} from "./facts/server.ts";
import { initdbArgs, loadingOf } from "./make_plan.ts";

/** Name, and value where a plan may know it. */
const SettingsSchema = v.array(v.tuple([v.string(), v.nullable(v.string())]));
const FoundSchema = v.looseObject({
  before: v.string(),
  unlogged: v.record(v.string(), v.array(v.string())),
  /** What has sorted the text, and what the old image sorts by; null: musl. */
  sorted: v.optional(
    v.array(v.looseObject({
      database: v.string(),
      noted: v.nullable(v.string()),
      actual: v.nullable(v.string()),
    })),
    [],
  ),
});

const parsed = <Schema extends v.GenericSchema>(schema: Schema, line: string) =>
  v.parse(v.pipe(v.string(), v.parseJson(), schema), line);

/**
 * The checks on what the old cluster has answered to the step that asked it,
 * and what a plan lacks without those answers.
 *
 * @throws {ValiError} its answers are not understood
 */
export async function judgeAnswers(
  { plan, ports }: RunContext,
  said: string,
): Promise<Verdict> {
  const [live = "", settings = "", found = "", ...rest] = said.trimEnd()
    .split("\n");
  const server = serverOf(
    plan,
    parsed(ServerFactsSchema, live),
    parsed(SettingsSchema, settings),
  );
  const databases: DatabaseFacts[] = rest.map((line) =>
    parsed(DatabaseFactsSchema, line)
  );
  const checks = runAskingChecks({
    server,
    databases,
    unserved: { container: { name: plan.container } },
    from: plan.from,
    to: plan.to,
    ...await imagesOf(plan, server, ports),
  }, plan);
  const words = (level: "warn" | "refuse") =>
    checks.filter((check) => check.level === level)
      .map(({ found, name, remedy }) => `"${name}": ${found} (${remedy})`);
  const state = parsed(FoundSchema, found);
  const sorting = sortingWords(plan, state);
  return {
    learned: {
      initdbArgs: initdbArgs(server, plan.to.major),
      ...loadingOf({ server }),
    },
    notes: [...unloggedWords(state), ...sorting.notes, ...words("warn")],
    refused: [
      ...otherClusterWords(plan, server),
      ...sorting.refused,
      ...words("refuse"),
    ],
  };
}

/** As its own files and its container's words make it, not our private start. */
function serverOf(
  plan: Plan,
  live: ServerFacts,
  settings: v.InferOutput<typeof SettingsSchema>,
): ServerFacts {
  const outside = (plan.loading ?? []).filter((it) => it.outside);
  const files = new Map(settings.map(([name, value]) => [name, value ?? ""]));
  const told = new Map([
    ...files,
    ...outside.map(({ name, value }) => [name, value] as const),
  ]);
  const { pgdata } = plan.from;
  return {
    ...live,
    archiveMode: files.get("archive_mode") || "off",
    configurationFiles: [
      join(pgdata, "postgresql.conf"),
      files.get("hba_file") || join(pgdata, "pg_hba.conf"),
      files.get("ident_file") || join(pgdata, "pg_ident.conf"),
    ],
    preloaded: told.get("shared_preload_libraries") ?? "",
    loading: [...told].filter(([name, value]) =>
      value !== "" && LOADS.test(name)
    ).map(([name, value]) => [
      name,
      value,
      outside.some((it) => it.name === name),
    ]),
    set: settings.map(([name]) => name),
    connections: [],
  };
}

const LOADS =
  /^(shared|session|local)_preload_libraries$|^(dynamic_library|extension_control)_path$|\./;

async function imagesOf(plan: Plan, server: ServerFacts, ports: Ports) {
  const asked = (image: Plan["from"]) => ({
    reference: image.reference,
    pgdata: image.pgdata,
    inner: image.inner,
  });
  const { containers } = ports;
  const [from, to] = await Promise.all([
    containers.image(plan.from.id),
    containers.image(plan.to.id),
  ]);
  const old = await imageOf(ports, { ...asked(plan.from), facts: from });
  const fresh = await imageOf(ports, {
    ...asked(plan.to),
    facts: to,
    more: askContents(server),
  });
  return {
    contents: contentsIn(fresh.more),
    libcs: { from: old.libc, to: fresh.libc },
  };
}

function unloggedWords(
  { before, unlogged }: v.InferOutput<typeof FoundSchema>,
) {
  const tables = Object.entries(unlogged).flatMap(([database, names]) =>
    names.map((name) => `${name} in "${database}"`)
  );
  return before === "shut down" ? [] : [
    `The old server was not shut down cleanly (it was "${before}"); its own version has recovered it`,
    ...(tables.length === 0 ? [] : [
      `Unlogged tables are empty after that, whatever they held: ${
        tables.join(", ")
      }`,
    ]),
  ];
}

/**
 * The old image is one of the same name, and may be of another library than the
 * one that has sorted the data. A dump sorts everything again, and pg_upgrade
 * what another version of a library has sorted.
 */
function sortingWords(
  { from, method }: Plan,
  { sorted }: v.InferOutput<typeof FoundSchema>,
) {
  const first = method === "pg_upgrade"
    ? sorted.find(({ actual, noted }) => actual === null || noted === null)
    : sorted[0];
  if (first === undefined) return { notes: [], refused: [] };
  const by = (version: string | null) => version ?? "Alpine's musl";
  const found = `text in "${first.database}" was sorted by ${
    by(first.noted)
  }, and ${from.reference} sorts by ${by(first.actual)}`;
  return method === "pg_upgrade"
    ? {
      notes: [],
      refused: [
        `${found} (name an image of the same base with --from, or take --method dump, which sorts everything again)`,
      ],
    }
    : {
      notes: [`${found}: duplicates that it let in would stop the restore`],
      refused: [],
    };
}

function otherClusterWords(
  { superuser, systemIdentifier }: Plan,
  server: ServerFacts,
): string[] {
  if (server.systemIdentifier !== systemIdentifier) {
    return [`another cluster has answered (${server.systemIdentifier})`];
  }
  return server.superuser === superuser ? [] : [
    `its superuser is "${server.superuser}", not "${superuser}" (name it with --superuser)`,
  ];
}
