import { dirname, join, relative } from "@std/path";
import { quoted } from "../base/shell.ts";
import type { Container, Inventory } from "../port/containers.ts";
import type { Ports } from "../port/ports.ts";
import { dataMountOf } from "./data_mount.ts";
import { isOfRun, RUN_LABEL } from "./paths.ts";

/**
 * Another container whose server would work on the same data. It need not run:
 * a restart policy, or a person, starts it later, beside the one that serves.
 */
export interface Sharer {
  readonly name: string;
  readonly runtime: "podman" | "docker";
  /** A phrase. */
  readonly does: string;
  /** Nobody need do anything for it to start. */
  readonly comesBack: boolean;
  /** After this it does not start by itself. */
  readonly stop: string;
}

/** Whose data these are, and where they lie. */
export interface Shared {
  readonly name: string;
  readonly runtime: "podman" | "docker";
  /** The data directory, on the host. */
  readonly path: string;
  /** What is mounted of it: the same, or above it. */
  readonly root: string;
}

type Looking = Pick<Ports, "containers" | "files" | "otherRuntime">;

/** All of this host, of both runtimes, in whatever state. */
export async function sharersOf(
  asked: Shared,
  ports: Looking,
): Promise<readonly Sharer[]> {
  const places = await identitiesOf(wayUp(asked.path, asked.root), ports);
  const above = await identitiesOf(wayUp(asked.path), ports);
  const found: Sharer[] = [];
  for (const { container, runtime } of await othersOf(asked, ports)) {
    const images = runtime === asked.runtime
      ? ports.containers
      : ports.otherRuntime?.containers;
    // Of what mounts nothing of it the image does not matter.
    if (!await mayHave(container, { above, places }, ports)) continue;
    const image = await images?.image(container.imageId || container.image);
    if (image?.env["PG_MAJOR"] === undefined || !isServing(container)) continue;
    const pgdata = container.env["PGDATA"] ?? image.env["PGDATA"] ??
      "/var/lib/postgresql/data";
    const mount = dataMountOf(container.mounts, pgdata);
    if (mount === undefined || mount.source === "") continue;
    const place = join(mount.source, relative(mount.mountPath, pgdata));
    if (!await isAmong(places, place, ports)) continue;
    const canUpdate = container.restartPolicy === "no" ||
      await images?.canSetRestartPolicy();
    const sharer = sharerOf(container, runtime, canUpdate ?? false);
    if (!isKept(container, asked.name)) found.push(sharer);
    else if (container.restartPolicy !== "no") {
      found.push({ ...sharer, comesBack: false });
    }
  }
  return found.toSorted((a, b) => Number(b.comesBack) - Number(a.comesBack));
}

/** The first that starts by itself. */
export function comingBack(sharers: readonly Sharer[]): Sharer | undefined {
  return sharers.find((it) => it.comesBack);
}

/** What calls itself docker may be podman: those that are not its own, too. */
export function ofOtherRuntime(
  beside: Pick<Inventory, "containers"> | undefined,
  own: Pick<Inventory, "containers">,
): readonly Container[] {
  const known = new Set(own.containers.map(({ id }) => id));
  return (beside?.containers ?? []).filter(({ id }) => !known.has(id));
}

async function othersOf(
  { name, runtime }: Shared,
  { containers, otherRuntime }: Looking,
) {
  const [own, beside] = await Promise.all([
    containers.inventory(),
    otherRuntime?.containers.inventory(),
  ]);
  return [
    ...own.containers.filter((it) => it.name !== name)
      .map((container) => ({ container, runtime })),
    ...ofOtherRuntime(beside, own).map((container) => ({
      container,
      runtime: otherRuntime?.name ?? runtime,
    })),
  ].filter(({ container: { infra, labels, name } }) =>
    !infra && !isOfRun(name) && labels[RUN_LABEL] === undefined
  );
}

/** Its image is told to run a server, and not a program that is a client. */
function isServing({ command }: Container): boolean {
  const [first = "postgres"] = command;
  return first.startsWith("-") || /(^|\/)(postgres|postmaster)$/.test(first) ||
    command.some((word) => /docker-entrypoint\.sh|docker-ensure/.test(word));
}

/**
 * So pgladder has a container called that gives way to a new one. It took its
 * policy off where the runtime can do that.
 */
function isKept({ name, running, status }: Container, own: string): boolean {
  return !running && status !== "restarting" && status !== "paused" &&
    ["-before", ".before", ".after"].some((it) => name === `${own}${it}`);
}

function sharerOf(
  { name, restartPolicy, running, status }: Container,
  runtime: Sharer["runtime"],
  canUpdate: boolean,
): Sharer {
  const again = status === "restarting";
  const policy = restartPolicy === "no"
    ? ""
    : ` and has the restart policy "${restartPolicy}"`;
  const does = again
    ? "starts again and again"
    : status === "paused"
    ? "is paused"
    : running
    ? "runs"
    : "is stopped";
  const words = quoted(name);
  return {
    name,
    runtime,
    does: `${does}${policy}`,
    comesBack: again || status === "paused" || running || policy !== "",
    // Podman updates none that is between two starts.
    stop: [
      `${runtime} stop ${words}`,
      ...(policy !== "" && canUpdate
        ? [`${runtime} update --restart=no ${words}`]
        : []),
      // An older podman cannot take its policy off.
      ...(canUpdate ? [] : [`${runtime} rm ${words}`]),
    ].join("; "),
  };
}

/** From a directory up to another one that it lies in, or the root's own. */
function wayUp(path: string, end = "/"): string[] {
  const way = [path];
  for (let at = path; at !== end && dirname(at) !== "/";) {
    at = dirname(at);
    way.push(at);
  }
  return way;
}

async function mayHave(
  { mounts }: Container,
  { above, places }: {
    readonly above: ReadonlySet<string>;
    readonly places: ReadonlySet<string>;
  },
  ports: Pick<Ports, "files">,
): Promise<boolean> {
  for (const { source } of mounts) {
    if (!source.startsWith("/")) continue;
    if (above.has(await identityOf(source, ports) ?? "")) return true;
    if (await isAmong(places, source, ports)) return true;
  }
  return false;
}

async function identitiesOf(
  paths: readonly string[],
  ports: Pick<Ports, "files">,
): Promise<ReadonlySet<string>> {
  const found = paths.map((path) => identityOf(path, ports));
  return new Set((await Promise.all(found)).filter((it) => it !== undefined));
}

async function isAmong(
  places: ReadonlySet<string>,
  path: string,
  ports: Pick<Ports, "files">,
): Promise<boolean> {
  for (const at of wayUp(path)) {
    const identity = await identityOf(at, ports);
    if (identity !== undefined && places.has(identity)) return true;
  }
  return false;
}

/** One directory may have many names: links, and mounts of it. */
async function identityOf(
  path: string,
  { files }: Pick<Ports, "files">,
): Promise<string | undefined> {
  const found = await files.look(path);
  const at = found?.kind === "link" ? await files.look(`${path}/.`) : found;
  return at && `${at.device}:${at.inode}`;
}
