import { join } from "@std/path";
import { type Drift, driftsIfAny } from "./drift.ts";
import { placesBelow } from "../diagnosis/clusters.ts";
import { imageFor } from "../diagnosis/recipe.ts";
import { Failure } from "../../base/failure.ts";
import { isOfRun } from "../../run/paths.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";

/** For what a plan asks of a host under load. */
export const PATIENCE_MS = 60_000;

/** @throws {Failure} none of that name runs, as far as root's runtime knows */
export async function requireContainer(
  name: string,
  ports: Ports,
): Promise<Container> {
  const { containers } = ports;
  const container = await containers.inspect(name);
  if (container?.running) return container;
  const user = await rootlessUserOf(name, ports);
  if (user !== undefined) throw new Failure("rootless", { name, user });
  const others = (await containers.running()).filter((it) => !isOfRun(it));
  const asked = { container: name };
  const [wrong] = await driftsIfAny(asked, ports, {
    patienceMs: PATIENCE_MS,
  });
  if (container !== undefined) throw await notRunning(container, wrong, ports);
  throw new Failure("no-container", {
    name,
    hint: wrong !== undefined
      ? `${wrong.found}. ${wrong.remedy}`
      : others.length > 0
      ? `Running: ${
        others.join(", ")
      }. "pgladder status CONTAINER" says what became of another one`
      : "No container runs on this host; is its unit started?",
  });
}

/** What each of the runtimes calls a container that no process is in. */
const STATES: Readonly<Record<string, string>> = {
  restarting: "it is between two restarts",
  running: "it is between two restarts",
  created: "it was made and never started",
  configured: "it was made and never started",
  initialized: "it was made and never started",
  exited: "it is stopped",
  stopped: "it is stopped",
  stopping: "it is about to stop",
  removing: "it is being removed",
  dead: "its runtime could not remove it",
};

/** What it is made of and what its data are say why it may not start. */
async function notRunning(
  container: Container,
  wrong: Drift | undefined,
  ports: Ports,
): Promise<Failure> {
  const { image, name, status = "" } = container;
  const state = STATES[status] ?? `its runtime calls it "${status}"`;
  const major = await imageMajor(container, ports);
  const data = await dataOf(container, ports);
  const of = `${state}; ${image} is ${
    major === undefined ? "of no known version" : `PostgreSQL ${major}`
  }${
    data === undefined
      ? ""
      : `, its data in "${data.path}" are of ${data.version}`
  }`;
  const differs = major !== undefined && data !== undefined &&
    data.version !== major;
  return new Failure("not-running", {
    name,
    state: of,
    hint: differs
      ? `PostgreSQL ${major} does not start on data of ${data.version}. Name an image of ${data.version} again where "${name}" is made (${
        imageFor(Number.parseInt(data.version), image)
      }), bring it up, then type "pgladder plan ${name} --to ${major}"`
      : wrong !== undefined
      ? `${wrong.found}. ${wrong.remedy}`
      : `Its log says why it stopped (podman or docker: logs --tail 50 ${name}). Start it, then type the same again`,
  });
}

async function imageMajor(
  { imageId }: Container,
  { containers }: Ports,
): Promise<string | undefined> {
  const found = imageId === "" ? undefined : await containers.image(imageId);
  return /^\d+/.exec(found?.env["PG_MAJOR"] ?? "")?.[0];
}

/** The cluster below one of its mounts, where an image would look for it. */
async function dataOf(
  { mounts }: Container,
  { clusters, files }: Ports,
): Promise<{ path: string; version: string } | undefined> {
  for (const { mountPath, source } of mounts) {
    if (!/^\/var\/lib\/postgresql(\/|$)/.test(mountPath)) continue;
    const places = await placesBelow(source, { files });
    const below = places.filter((place) => /^\d+\/docker$/.test(place));
    for (const place of ["", "data", ...below]) {
      const path = join(source, place);
      const version = (await clusters.look(path))?.version ?? "";
      // The sentence of a directory that pgladder has closed is none.
      if (/^\d+$/.test(version)) return { path, version };
    }
  }
  return undefined;
}

/**
 * The user whose podman runs a container of that name. Root's podman knows
 * nothing of it, but its monitor is a process like any other, and has the
 * name among its words.
 */
export async function rootlessUserOf(
  name: string,
  { host }: Ports,
): Promise<string | undefined> {
  const { stdout } = await host.run(["ps", "-eo", "user:64=,args="]);
  for (const line of stdout.split("\n")) {
    const [user = "", program = "", ...words] = line.trim().split(/\s+/);
    if (!/(^|\/)conmon$/.test(program) || user === "root") continue;
    if (words[words.indexOf("-n") + 1] === name) return user;
  }
  return undefined;
}
