import { join } from "@std/path";
import type { Namespaces } from "./containers.ts";
import { ask, type Session } from "./psql.ts";
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

/** A pristine cluster's directory; initdb has run once for each kind of them. */
export async function pristine(
  containers: Namespaces,
  major: Major,
  { args, superuser }: Initdb,
): Promise<string> {
  const key = await keyOf(JSON.stringify([superuser, args]));
  const place = join(PLACE, "pristine", `${major}-${key}`);
  if (await exists(place)) return place;
  const fresh = `${place}.${Deno.pid}`;
  await Deno.mkdir(fresh, { recursive: true });
  await must("chown", "999:999", fresh);
  const { inner: mountPath, pgdata } = imageOf(major, versionOf(major));
  const name = `initdb-${major}-${key}`;
  containers.name(`postgres:${major}`, major);
  await containers.run({
    name,
    image: `postgres:${major}`,
    program: "bash",
    args: [
      "-c",
      'data=$1; shift; mkdir -p "$data"; chown 999:999 "$data"; gosu postgres initdb -D "$data" --no-sync "$@" && echo "host all all all md5" >>"$data/pg_hba.conf" && touch /done/done; sleep 1000',
      "initdb",
      pgdata,
      `--username=${superuser}`,
      ...args,
    ],
    env: {},
    mounts: [{ source: fresh, mountPath }, {
      source: await doneDirectory(containers, name),
      mountPath: "/done",
    }],
  });
  const done = join(containers.place, `${name}.done`, "done");
  for (let turn = 0; turn < 600 && !await exists(done); turn++) {
    await sleep(50);
  }
  if (!await exists(done)) {
    throw new Error(`initdb: ${await containers.log(name)}`);
  }
  await containers.remove(name);
  await must("mv", "-T", fresh, place).catch(async (error) => {
    if (!await exists(place)) throw error;
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
  const { inner: mountPath } = imageOf(major, versionOf(major));
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
    mounts: [{ source: directory, mountPath }],
  });
  const session = { containers, container: name, superuser };
  for (let turn = 0;; turn++) {
    const { code, errors } = await ask(session, "template1", "SELECT 1", {
      options: "",
    });
    if (code === 0) break;
    if (turn > 200 || !containers.isRunning(name)) {
      throw new Error(
        `The server does not start: ${errors}${await containers.log(name)}`,
      );
    }
    await sleep(30);
  }
  return {
    ...session,
    async stop() {
      await containers.stop(name);
      await containers.remove(name);
    },
  };
}
