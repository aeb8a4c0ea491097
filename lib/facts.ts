import { fromFileUrl, join, normalize, relative } from "@std/path";
import * as v from "valibot";
import type { Image } from "../journal/plan.ts";
import { Failure } from "./failure.ts";
import { abortedOf, backupOf, stateDirectoryOf } from "./names.ts";
import type { Container, ImageFacts, Mount } from "./port/containers.ts";
import type { FileFacts, FileSystemFacts } from "./port/files.ts";
import { PortError, type Ports } from "./port/ports.ts";
import type { Unit } from "./port/units.ts";
import { type RunLine, runLineOfUnit } from "./run_line.ts";
import { runLineOf } from "./would_run.ts";
import { activeTimers, writersOf } from "./writers.ts";

/** What the operator asked for, as far as finding facts goes. */
export interface Wish {
  readonly container: string;
  /** The target's tag, for example "17". */
  readonly to: string;
  readonly image?: string;
  readonly unit?: string;
  readonly volume?: string;
  readonly writers: readonly string[];
}

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

/** Everything a plan is made of, found out without changing anything. */
export interface Facts {
  readonly container: Container;
  readonly live: Live;
  readonly unit: Unit | undefined;
  readonly runLine: RunLine | undefined;
  /** The same as it stands in the unit's file, where it can be edited. */
  readonly fileRunLine: RunLine | undefined;
  /** What the unit would run now. */
  readonly unitImageId: string | undefined;
  readonly mount: Mount | undefined;
  readonly volume: string;
  readonly volumeFile: FileFacts | undefined;
  readonly fileSystem: FileSystemFacts;
  /** On the way to the volume: links, and what others than root may change. */
  readonly unsafeParents: readonly string[];
  readonly canExchange: boolean;
  readonly canClone: boolean;
  readonly bytes: number;
  /** Which of `.bak`, `.aborted` and the open run are already there. */
  readonly leftovers: readonly string[];
  readonly from: Image;
  readonly to: Image;
  readonly machines: { readonly from: string; readonly to: string };
  readonly writers: readonly { unit: string; active: boolean }[];
  readonly timers: readonly string[];
  readonly memoryMb: number;
}

/**
 * Looks at the container, its server, its unit, its volume and both images.
 *
 * @throws {Failure} there is no such container, it is no PostgreSQL, or the
 * target image is not to be had
 */
export async function findFacts(wish: Wish, ports: Ports): Promise<Facts> {
  const { containers, files, units } = ports;
  const container = await requireContainer(wish.container, ports);
  const live = await askServer(container, ports);
  const mount = container.mounts
    .filter(({ inner }) => isBelow(live.dataDirectory, inner))
    .sort((a, b) => b.inner.length - a.inner.length)[0];
  const volume = normalize(wish.volume ?? mount?.source ?? "/")
    .replace(/(?<=.)\/$/, "");
  const unitName = wish.unit ?? await findUnit(container, ports);
  const unit = (await units.show([unitName])).get(unitName);
  const runLine = unit?.loaded
    ? await runLineOf(ports, unitName, container.name)
    : undefined;
  const fromFacts = await containers.image(container.imageId);
  // The unit's own word for it: a short name stays a short name.
  const named = runLine?.image.text ?? container.image;
  const from = await imageOf(ports, {
    reference: named,
    facts: fromFacts,
    pgdata: live.dataDirectory,
    inner: mount?.inner ?? "/",
  });
  const reference = wish.image ?? withTag(named, wish.to);
  const toFacts = await requireImage(reference, ports);
  const to = await imageOf(ports, {
    reference,
    facts: toFacts,
    ...placeOf(runLine, from.image, toFacts),
  });
  const parent = join(volume, "..");
  const volumeFile = await files.look(volume);
  return {
    container,
    live,
    unit,
    runLine,
    fileRunLine: await runLineInFile(unit, container.name, ports),
    unitImageId: (await containers.image(named))?.id,
    mount,
    volume,
    volumeFile,
    fileSystem: await files.fileSystem(volume),
    unsafeParents: await unsafeParents(volume, ports),
    canExchange: volumeFile !== undefined && await files.canExchange(parent),
    canClone: volumeFile !== undefined && await files.canClone(parent),
    bytes: await files.sizeOf(volume),
    leftovers: await leftoversOf(volume, ports),
    from: from.image,
    to: to.image,
    machines: { from: from.machine, to: to.machine },
    writers: await writersOf(unitName, wish.writers, ports),
    timers: await activeTimers(ports),
    memoryMb: await availableMemoryMb(ports),
  };
}

async function requireContainer(name: string, { containers }: Ports) {
  const container = await containers.inspect(name);
  if (container === undefined || !container.running) {
    const others = await containers.running();
    throw new Failure("no-container", {
      name,
      hint: others.length > 0
        ? `Running are: ${others.join(", ")}`
        : "No container runs on this host; is its unit started?",
    });
  }
  return container;
}

/** Asks over the container's own socket, where the image trusts its users. */
async function askServer(container: Container, ports: Ports): Promise<Live> {
  const path = fromFileUrl(new URL("./sql/live_facts.sql", import.meta.url));
  const sql = await ports.files.readText(path) ?? "";
  const user = container.env["POSTGRES_USER"] || "postgres";
  const answer = await ports.containers.exec(container.name, [
    "bash",
    "-c",
    // The password stays within the container: it is never in our hands.
    'PGPASSWORD="${POSTGRES_PASSWORD:-}" exec psql -XAtqwU "$1" -d template1 -c "$2"',
    "pgladder",
    user,
    sql,
  ]);
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

/** The unit that podman wrote on the container, or the one with its name. */
async function findUnit(container: Container, { units }: Ports) {
  const known = container.labels["PODMAN_SYSTEMD_UNIT"] ??
    container.env["PODMAN_SYSTEMD_UNIT"];
  if (known !== undefined) return known;
  const names = ["podman-", "docker-", ""]
    .map((prefix) => `${prefix}${container.name}.service`);
  const shown = await units.show(names);
  return names.find((name) => shown.get(name)?.loaded) ?? names[0] ?? "";
}

async function runLineInFile(
  unit: Unit | undefined,
  container: string,
  { files }: Ports,
) {
  const text = unit?.fragment ? await files.readText(unit.fragment) : undefined;
  return text === undefined ? undefined : runLineOfUnit(text, container);
}

async function requireImage(reference: string, { containers }: Ports) {
  const here = await containers.image(reference);
  if (here !== undefined) return here;
  try {
    await containers.pull(reference);
  } catch (cause) {
    if (!(cause instanceof PortError)) throw cause;
    throw new Failure("no-image", {
      image: reference,
      reason: cause.message,
    }, { cause });
  }
  const pulled = await containers.image(reference);
  if (pulled === undefined) {
    throw new Failure("no-image", {
      image: reference,
      reason: "it was pulled and is not there",
    });
  }
  return pulled;
}

/** What the image itself says: never its tag, which may say anything. */
async function imageOf(ports: Ports, asked: {
  reference: string;
  facts: ImageFacts | undefined;
  pgdata: string;
  inner: string;
}): Promise<{ image: Image; machine: string }> {
  const { facts, inner, pgdata, reference } = asked;
  if (facts === undefined) {
    throw new Failure("no-image", { image: reference, reason: "it is gone" });
  }
  const answer = await ports.containers.probe(facts.id, [
    "bash",
    "-c",
    "postgres --version; id -u postgres; id -g postgres; uname -m; command -v pg_dump pg_restore vacuumdb",
  ]);
  const [version = "", uid = "", gid = "", machine = "", ...tools] = answer
    .stdout.trim().split("\n");
  const number = /(\d+)(?:\.\d+|beta\d+|rc\d+|devel)/.exec(version)?.[0];
  if (number === undefined || tools.length < 3) {
    throw new Failure("not-postgres", {
      name: reference,
      reason: "the image has no PostgreSQL server with its tools",
    });
  }
  return {
    machine,
    image: {
      reference,
      id: facts.id,
      digest: facts.digest,
      version: number,
      major: Number.parseInt(number),
      pgdata,
      inner,
      cluster: relative(inner, pgdata),
      uid: Number(uid),
      gid: Number(gid),
    },
  };
}

/**
 * Where the new image's data directory lies, and where it wants the volume.
 * From 18 on that is `/var/lib/postgresql` with the data below it. A PGDATA
 * that the operator has set stays as it is.
 */
function placeOf(
  runLine: RunLine | undefined,
  from: Image,
  facts: ImageFacts,
): { pgdata: string; inner: string } {
  const pgdata = runLine?.env["PGDATA"] ?? facts.env["PGDATA"] ?? from.pgdata;
  if (isBelow(pgdata, from.inner)) return { pgdata, inner: from.inner };
  const inner = facts.volumes.find((path) => isBelow(pgdata, path));
  return { pgdata, inner: inner ?? pgdata };
}

async function leftoversOf(volume: string, { files }: Ports) {
  const found: string[] = [];
  for (const path of [backupOf(volume), abortedOf(volume)]) {
    if (await files.look(path) !== undefined) found.push(path);
  }
  // A history alone is no leftover.
  const state = stateDirectoryOf(volume);
  const known = ["history", "journal.json.new", "lock", "reserve"];
  for (const name of await files.list(state) ?? []) {
    if (!known.includes(name)) found.push(join(state, name));
  }
  return found;
}

/** Who may change a name on the way could turn our moves against the host. */
async function unsafeParents(volume: string, { files }: Ports) {
  const found: string[] = [];
  for (let path = volume; path !== "/"; path = join(path, "..")) {
    const facts = await files.look(path);
    if (facts?.kind === "link") found.push(`"${path}" is a symbolic link`);
    if (path === volume || facts === undefined) continue;
    const { mode, uid } = facts.owner;
    if (uid !== 0 || (mode & 0o022) !== 0) {
      found.push(`"${path}" can be changed by others than root`);
    }
  }
  return found;
}

async function availableMemoryMb({ files }: Ports): Promise<number> {
  const text = await files.readText("/proc/meminfo") ?? "";
  const kilobytes = /MemAvailable:\s+(\d+)/.exec(text)?.[1];
  return Math.max(256, Math.floor(Number(kilobytes ?? 1048576) / 1024));
}

/** The same image with another tag; a digest gives way to it. */
export function withTag(reference: string, tag: string): string {
  const name = reference.replace(/@.*$/, "");
  const slash = name.lastIndexOf("/");
  const colon = name.indexOf(":", slash + 1);
  return `${colon === -1 ? name : name.slice(0, colon)}:${tag}`;
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
