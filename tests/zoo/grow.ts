import { join } from "@std/path";
import type { Cluster, Group } from "./generate/cluster.ts";
import type { Namespaces } from "./host/containers.ts";
import { ask, type Session } from "./host/psql.ts";
import { imageOf, must, versionOf } from "./host/roots.ts";
import { serve, toBeFilled } from "./host/server.ts";

/** Makes the old cluster of a seed. */

/** What fails is told, and the rest goes on: a seed may make what its server does not take. */
async function fill(
  session: Session,
  groups: readonly Group[],
  note: (line: string) => void,
) {
  for (let at = 0; at < groups.length;) {
    const database = groups[at]?.database ?? "";
    const next = groups.findIndex((it, index) =>
      index > at && it.database !== database
    );
    const own = groups.slice(at, next < 0 ? groups.length : next);
    at += own.length;
    // One session for all of a database's; each begins as if it had one of its own.
    const sql = own.map(({ sql }, index) =>
      `\\warn zoo-group ${index}\nRESET ROLE; RESET ALL;\n${sql}`
    ).join("\n");
    const { errors } = await ask(session, database, sql, {
      stop: false,
      encoding: "UTF8",
    });
    for (const part of errors.split(/^zoo-group /m)) {
      const [, number, said] = /^(\d+)\n([\s\S]*)$/.exec(part) ??
        [undefined, "0", part];
      if (said?.trim()) note(`${own[Number(number)]?.name}: ${said.trim()}`);
    }
  }
}

/** The old cluster, made and filled, and its server at work. */
export async function grow(
  containers: Namespaces,
  cluster: Cluster,
  directory: string,
  note: (line: string) => void,
): Promise<Session & { stop(): Promise<void> }> {
  const { from, initdb } = cluster;
  const template = await toBeFilled(containers, from, initdb);
  await must("cp", "-a", template, directory);
  const { inner, pgdata } = imageOf(from, versionOf(from));
  const data = `${directory}${pgdata.slice(inner.length)}`;
  // Filled under plain settings: the operator's come with a second start.
  const filling = await serve(containers, from, directory, {
    name: "filling",
    superuser: initdb.superuser,
    settings: ["max_prepared_transactions=10", "fsync=off"],
  });
  await fill(filling, cluster.groups, note);
  await filling.stop();
  await Deno.mkdir(join(data, "conf.d"));
  await Deno.writeTextFile(
    join(data, "conf.d/own.conf"),
    "random_page_cost = 1.5\n",
  );
  await must("chown", "-R", "999:999", join(data, "conf.d"));
  const plain = await Deno.readTextFile(join(data, "postgresql.conf"));
  await Deno.writeTextFile(
    join(data, "postgresql.conf"),
    `\n${cluster.configuration.join("\n")}\n`,
    { append: true },
  );
  const prepared = cluster.groups.some(({ name }) =>
    name === "prepared transaction"
  );
  const service = () =>
    serve(containers, from, directory, {
      name: "service",
      superuser: initdb.superuser,
      settings: [
        ...cluster.commandLine,
        ...(prepared ? ["max_prepared_transactions=10"] : []),
      ],
      env: cluster.environment,
    });
  try {
    return await service();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Lines of chance may not fit each other: nobody's server runs with them.
    note(`without its configuration: ${error.message.slice(0, 500)}`);
    await containers.remove("service");
    await Deno.writeTextFile(join(data, "postgresql.conf"), plain);
    return await service();
  }
}
