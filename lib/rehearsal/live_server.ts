import * as v from "valibot";
import { readJson } from "../base/json.ts";
import { assetPath } from "../assets.ts";
import type { Facts } from "../plan/facts/facts.ts";
import { Failure } from "../base/failure.ts";
import type { Container, JobMount } from "../port/containers.ts";
import type { Ports } from "../port/ports.ts";
import { psqlIn } from "../job/psql.ts";

/** Where jobs mount the directory of the live server's socket. */
const SOCKET = "/pgladder-live";
/** One for the files, one for the log that is written meanwhile. */
const SENDERS_MIN = 2;
/** What stands for every address of one kind, and where it answers us. */
const LOCAL: Readonly<Record<string, string>> = {
  "*": "127.0.0.1",
  "0.0.0.0": "127.0.0.1",
  "127.0.0.1": "127.0.0.1",
  "localhost": "127.0.0.1",
  "::": "::1",
  "::1": "::1",
};

const ReachSchema = v.object({
  port: v.number(),
  addresses: v.array(v.string()),
  sockets: v.array(v.string()),
  walLevel: v.string(),
  senders: v.number(),
});

export type Reach = v.InferOutput<typeof ReachSchema>;

/** The way from a job to the server that serves. */
export interface LiveEndpoint {
  readonly host: string;
  readonly port: number;
  readonly network?: Pick<Container, "id" | "pid">;
  readonly mounts: readonly JobMount[];
  /** What its container was given for the superuser, or "". */
  readonly password: string;
}

/** @throws {Failure} it cannot be copied while it serves */
export async function findLive(
  { container, server }: Pick<Facts, "container" | "server">,
  ports: Ports,
): Promise<LiveEndpoint> {
  const sql = await ports.files.readText(assetPath("job/sql/reach.sql")) ?? "";
  const answer = await psqlIn(ports, container.name, {
    user: server.superuser,
    databases: ["template1"],
    sql,
  });
  const reach = readJson(ReachSchema, answer.stdout);
  if (answer.code !== 0 || !reach.success) {
    throw cannot(`its server does not answer (${answer.stderr.trim()})`, "");
  }
  const password = await passwordOf(container, ports);
  return liveOf(container, reach.output, password);
}

/** As the image was given it. */
async function passwordOf(
  { env, name }: Container,
  { containers }: Ports,
): Promise<string> {
  const file = env["POSTGRES_PASSWORD_FILE"];
  if (env["POSTGRES_PASSWORD"] || !file) return env["POSTGRES_PASSWORD"] ?? "";
  const { code, stdout } = await containers.exec(name, [
    ...["head", "-c", String(LONGEST_PASSWORD), "--", file],
  ]);
  return code === 0 ? stdout.replace(/\n+$/, "") : "";
}

/** libpq's own bound, in bytes. */
const LONGEST_PASSWORD = 1024;

/** By the network of its container, else by a socket that lies on the host. */
export function liveOf(
  container: Container,
  reach: Reach,
  password = container.env["POSTGRES_PASSWORD"] ?? "",
): LiveEndpoint {
  if (reach.walLevel === "minimal" || reach.senders < SENDERS_MIN) {
    throw cannot(
      `it cannot be copied while it serves (wal_level is ${reach.walLevel}, max_wal_senders is ${reach.senders})`,
      `Set wal_level to replica and max_wal_senders to ${SENDERS_MIN} or more, and restart it`,
    );
  }
  const { port } = reach;
  const host = reach.addresses.map((it) => LOCAL[it]).find(Boolean);
  if (host !== undefined) {
    const { id, pid } = container;
    return { host, port, network: { id, pid }, mounts: [], password };
  }
  const shared = container.mounts.find(({ mountPath }) =>
    reach.sockets.some((socket) =>
      [socket, socket.replace(/^\/run\//, "/var/run/")].includes(mountPath)
    )
  );
  if (shared !== undefined) {
    const mounts = [{ source: shared.source, mountPath: SOCKET }];
    return { host: SOCKET, port, mounts, password };
  }
  throw cannot(
    `it listens at "${
      reach.addresses.join(", ")
    }" and its socket lies within its container`,
    "Let it listen at localhost as well, or mount its socket's directory from the host",
  );
}

function cannot(reason: string, hint: string): Failure {
  return new Failure("cannot-rehearse", {
    reason,
    hint: hint === "" ? "See what its log says, then rehearse again" : hint,
  });
}
