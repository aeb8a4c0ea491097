import { join } from "@std/path";
import type { Namespaces } from "./containers.ts";
import type { Session } from "./psql.ts";
import {
  exists,
  imageOf,
  type Major,
  must,
  PLACE,
  versionOf,
} from "./roots.ts";

/** Clusters that are made and served as an operator's container would. */

/** What initdb is told, and who is the superuser. */
export interface Initdb {
  readonly superuser: string;
  readonly args: readonly string[];
}

const keyOf = async (text: string) =>
  [
    ...new Uint8Array(
      await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)),
    ),
  ].slice(0, 8).map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** What of initdb's words is not to be seen in any catalog: a cluster can be given it later. */
const TREATED = /^--((no-)?data-checksums|wal-segsize=\d+)$/;

export const seenInCatalogs = (args: readonly string[]) =>
  args.filter((it) => !TREATED.test(it));

/** A pristine cluster's directory; initdb has run once for each that differs in its catalogs. */
export function pristine(
  containers: Namespaces,
  major: Major,
  { args, superuser }: Initdb,
): Promise<string> {
  const words = seenInCatalogs(args);
  return made(containers, major, {
    key: ["initdb", superuser, ...words],
    script: 'initdb -D "$data" --no-sync "$@"',
    args: [
      ...[`--username=${superuser}`, ...words],
      ...(major >= 18 ? ["--no-data-checksums"] : []),
    ],
  });
}

/**
 * The same to be filled, with checksums and log as initdb would have made them. Its transactions go on far behind those
 * of any initdb: pg_upgrade brings their numbers, and by these the oracle knows what initdb made.
 */
export async function toBeFilled(
  containers: Namespaces,
  major: Major,
  initdb: Initdb,
): Promise<string> {
  const treated = initdb.args.filter((it) => TREATED.test(it));
  return made(containers, major, {
    key: ["filled", initdb.superuser, ...initdb.args],
    from: await pristine(containers, major, initdb),
    script:
      'pg_resetwal -x 8192 "$@" "$data" && { [[ -z $SUMS ]] || pg_checksums -e --no-sync -D "$data"; }',
    args: treated.filter((it) => it.startsWith("--wal-segsize=")),
    env: { SUMS: treated.includes("--data-checksums") ? "1" : "" },
  });
}

/** A directory that is made once, by programs of the image. */
async function made(
  containers: Namespaces,
  major: Major,
  how: {
    key: readonly string[];
    from?: string;
    script: string;
    args: readonly string[];
    env?: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const key = await keyOf(JSON.stringify(how.key));
  const place = join(PLACE, "pristine", `${major}-${key}`);
  if (await exists(place)) return place;
  const fresh = `${place}.${Deno.pid}`;
  await must("rm", "-rf", fresh);
  await Deno.mkdir(join(PLACE, "pristine"), { recursive: true });
  if (how.from === undefined) await Deno.mkdir(fresh);
  else await must("cp", "-a", how.from, fresh);
  await must("chown", "999:999", fresh);
  const { inner, pgdata } = imageOf(major, versionOf(major));
  const name = `make-${major}-${key}`;
  containers.name(`postgres:${major}`, major);
  await containers.run({
    name,
    image: `postgres:${major}`,
    program: "bash",
    args: [
      "-c",
      `data=$1; shift
      mkdir -p "$data" && chown 999:999 "$data" && gosu postgres bash -c 'data=$0; ${how.script}' "$data" "$@" &&
        { [[ -n $FILLED ]] || echo "host all all all md5" >>"$data/pg_hba.conf"; } && touch /done/done
      exec sleep 1000`,
      "make",
      pgdata,
      ...how.args,
    ],
    env: { FILLED: how.from === undefined ? "" : "1", ...how.env },
    mounts: [{ source: fresh, mountPath: inner }, {
      source: await doneDirectory(containers, name),
      mountPath: "/done",
    }],
  });
  const done = join(containers.place, `${name}.done`, "done");
  for (let turn = 0; turn < 2400 && !await exists(done); turn++) {
    if (!containers.isRunning(name)) break;
    await sleep(50);
  }
  if (!await exists(done)) {
    throw new Error(`${how.key.join(" ")}: ${await containers.log(name)}`);
  }
  await containers.remove(name);
  await must("mv", "-T", fresh, place).catch(async (error) => {
    if (!await exists(place)) throw error;
    await must("rm", "-rf", fresh);
  });
  return place;
}

async function doneDirectory(containers: Namespaces, name: string) {
  const directory = join(containers.place, `${name}.done`);
  await Deno.mkdir(directory, { recursive: true });
  return directory;
}

export const sleep = (ms: number) =>
  new Promise<void>((done) => setTimeout(done, ms));

/** Serves the directory by the image's own entrypoint, until `stop`. */
export async function serve(
  containers: Namespaces,
  major: Major,
  directory: string,
  how: {
    name: string;
    superuser: string;
    settings?: readonly string[];
    env?: Readonly<Record<string, string>>;
  },
): Promise<Session & { stop(): Promise<void> }> {
  const { inner } = imageOf(major, versionOf(major));
  const { name, superuser } = how;
  containers.name(`postgres:${major}`, major);
  await containers.run({
    name,
    image: `postgres:${major}`,
    program: "docker-entrypoint.sh",
    args: [
      "postgres",
      ...(how.settings ?? []).flatMap((setting) => ["-c", setting]),
    ],
    env: { POSTGRES_USER: superuser, ...how.env },
    mounts: [{ source: directory, mountPath: inner }],
  });
  const session = { containers, container: name, superuser };
  // Its own word, for which no program has to be started again and again.
  const pid = join(
    `${directory}${
      imageOf(major, versionOf(major)).pgdata.slice(inner.length)
    }`,
    "postmaster.pid",
  );
  for (let turn = 0;; turn++) {
    const said = await Deno.readTextFile(pid).catch(() => "");
    if (said.split("\n")[7]?.startsWith("ready")) break;
    if (turn > 6000 || !containers.isRunning(name)) {
      throw new Error(
        `The server does not start: ${await containers.log(name)}`,
      );
    }
    await sleep(20);
  }
  return {
    ...session,
    async stop() {
      await containers.stop(name);
      await containers.remove(name);
    },
  };
}
