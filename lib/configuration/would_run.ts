import { normalize } from "@std/path";
import {
  asConfigured,
  type Image,
  type Maker,
  type Plan,
} from "../../journal/plan.ts";
import { makerOf } from "./compose/labels.ts";
import { projectOf, projectOfMaker } from "./compose/project.ts";
import { runLineOfService, serviceOf } from "./compose/service.ts";
import type { Ports } from "../port/ports.ts";
import {
  isShellScript,
  type RunLine,
  runLineOfScript,
  runLineOfWords,
  type RunMount,
} from "./run_line/run_line.ts";

/** In bytes; what a unit starts by hand or by NixOS is a page or two. */
const LONGEST_SCRIPT = 256 * 1024;

/** What a unit would run if it were started now. */
export interface WouldRun {
  /**
   * The old or the new image with the volume where it wants it; "between": the
   * new image with the mount of the old one or the other way round, or what
   * cannot be read; "other": neither.
   */
  readonly version: "from" | "to" | "between" | "other";
  readonly image: string;
  /** Where it mounts the volume. */
  readonly mountPath: string;
  /** One phrase for a person. */
  readonly text: string;
}

/**
 * What a unit's own words or a script's say: `podman run`, `docker run`, or
 * what a compose file says of the container that its `up` brings up. The maker
 * is the project that made it, asked where the container itself is gone.
 */
export async function runLineOf(
  ports: Ports,
  unit: string,
  container: string,
  maker?: Maker,
): Promise<RunLine | undefined> {
  const line = await writtenLineOf(ports, unit, container, maker);
  return line === undefined ? undefined : {
    ...line,
    mounts: await Promise.all(
      line.mounts.map((mount) => locate(mount, ports)),
    ),
  };
}

/** A named volume is known by its path, as a directory is. */
async function locate(
  mount: RunMount,
  { containers }: Ports,
): Promise<RunMount> {
  if (!/^\w[\w.-]*$/.test(mount.source)) return mount;
  const volume = await containers.volume(mount.source);
  return volume === undefined ? mount : {
    ...mount,
    source: volume.device ?? volume.path,
  };
}

async function writtenLineOf(
  { containers, units, files }: Ports,
  unit: string,
  container: string,
  maker: Maker | undefined,
): Promise<RunLine | undefined> {
  for (const words of await units.commands(unit)) {
    const direct = runLineOfWords(words);
    if (direct !== undefined) return direct;
    for (const path of words.filter((word) => word.startsWith("/"))) {
      const text = await scriptAt(path, { files });
      const inScript = text && runLineOfScript(text, container);
      if (inScript) return inScript;
    }
  }
  const byUnit = await projectOf({ units, files }, unit);
  const found = await containers.inspect(container);
  // Stopping the unit may have removed the container: then the plan knows.
  const known = found === undefined ? maker : makerOf(found.labels);
  const project = byUnit ??
    (known && await projectOfMaker({ files }, known));
  const service = project && serviceOf(project, container, known?.service);
  return service && runLineOfService(service);
}

/** Undefined for programs, and for files that a program is given. */
export async function scriptAt(
  path: string,
  { files }: Pick<Ports, "files">,
): Promise<string | undefined> {
  const text = await files.readSmall(path, LONGEST_SCRIPT);
  return text !== undefined && isShellScript(text) ? text : undefined;
}

/** The part of a run's context that is asked here. */
interface Planned {
  readonly plan: Plan;
  readonly ports: Ports;
}

export function wouldRun(run: Planned): Promise<WouldRun> {
  return run.plan.restart === undefined
    ? unitWouldRun(run)
    : runtimeWouldRun(run);
}

/** An image that is known, and what it says of the way. */
interface Candidate {
  readonly version: "from" | "to";
  readonly image: Image;
}

/**
 * Where what was found could not serve, a person may have named the version of
 * the data instead: that is no less than what was found.
 */
export function candidatesOf(plan: Plan): readonly Candidate[] {
  const found = asConfigured(plan).from;
  return [
    { version: "to", image: plan.to },
    { version: "from", image: found },
    ...found === plan.from
      ? []
      : [{ version: "from", image: plan.from } as const],
  ];
}

/** Of those whose image it is, the one whose place for the volume it has. */
function versionOf(
  candidates: readonly Candidate[],
  fits: (image: Image) => boolean,
): WouldRun["version"] {
  if (candidates.length === 0) return "other";
  return candidates.find(({ image }) => fits(image))?.version ?? "between";
}

/** The container itself says it, where no unit makes it. */
async function runtimeWouldRun(
  { plan, ports: { containers } }: Planned,
): Promise<WouldRun> {
  const found = await containers.inspect(plan.container);
  const image = found?.image ?? "";
  const { name, path } = plan.volume;
  const mount = found?.mounts.find((it) =>
    samePath(it.source, path) || name !== undefined && it.name === name
  );
  const mountPath = mount?.mountPath ?? "";
  // Of that name there is none while it is being made again.
  if (found === undefined) {
    const text = `there is no container "${plan.container}"`;
    return { version: "between", image, mountPath, text };
  }
  const candidates = candidatesOf(plan)
    .filter((it) => it.image.id === found.imageId);
  const text =
    `the container "${plan.container}" is made of ${image} with the volume at ${
      mountPath || "no place"
    }${pgdataWords(plan, candidates, found.env["PGDATA"])}`;
  const version = versionOf(
    candidates,
    ({ inner, pgdata }) =>
      mountPath === inner && (found.env["PGDATA"] ?? pgdata) === pgdata,
  );
  return { version, image, mountPath, text };
}

async function unitWouldRun(run: Planned): Promise<WouldRun> {
  const { plan, ports } = run;
  const line = await runLineOf(ports, plan.unit, plan.container, plan.maker);
  const mount = line?.mounts.find(({ source }) =>
    samePath(source, plan.volume.path)
  );
  const image = line?.image.text ?? "";
  const mountPath = mount?.mountPath ?? "";
  const pgdata = line?.env["PGDATA"];
  const candidates = await whichImages(run, image);
  const text = `${plan.unit} would run ${
    image || "what cannot be read"
  } with the volume at ${mountPath || "no place"}${
    pgdataWords(plan, candidates, pgdata)
  }`;
  // A program cannot be read while its container is not there.
  if (line === undefined) return { version: "between", image, mountPath, text };
  const version = versionOf(
    candidates,
    (wanted) =>
      mountPath === wanted.inner &&
      (pgdata === undefined || pgdata === wanted.pgdata),
  );
  return { version, image, mountPath, text };
}

/** Worth a word where it is not that of the image that is named. */
function pgdataWords(
  plan: Plan,
  candidates: readonly Candidate[],
  pgdata: string | undefined,
): string {
  const wanted = candidates[0]?.image ?? plan.to;
  const fits = (candidates.length === 0 ? candidatesOf(plan) : candidates)
    .some(({ image }) => image.pgdata === pgdata);
  return pgdata === undefined || fits
    ? ""
    : ` and PGDATA ${pgdata} instead of ${wanted.pgdata}`;
}

/** A mount's source, as written, is that volume: by its path or name. */
export function isVolume(
  source: string,
  { name, path }: { readonly name?: string | undefined; readonly path: string },
): boolean {
  return samePath(path, source) || (name !== undefined && source === name);
}

/** The same path, however many slashes it is written with. */
export function samePath(a: string, b: string | undefined): boolean {
  const plain = (path: string) => normalize(path).replace(/(?<=.)\/$/, "");
  return b !== undefined && plain(a) === plain(b);
}

async function whichImages(
  { plan, ports: { containers } }: Planned,
  reference: string,
): Promise<readonly Candidate[]> {
  if (reference === "") return [];
  const all = candidatesOf(plan);
  const named = all.filter(({ image }) => image.reference === reference);
  if (named.length === 1) return named;
  const id = (await containers.image(reference))?.id;
  // One name for one image: a prune may have taken that, which is pulled again.
  const isOne = new Set(named.map(({ image }) => image.id)).size === 1;
  if (id === undefined && isOne) return named;
  return all.filter(({ image }) => image.id === id);
}
