import type { Maker } from "../../../journal/plan.ts";
import { withEnvAbove } from "../../configuration/compose/env_files.ts";
import { composeWords, makerOf } from "../../configuration/compose/labels.ts";
import {
  type Project,
  projectIn,
  projectOf,
  projectOfMaker,
} from "../../configuration/compose/project.ts";
import { projectNameOf } from "./project_name.ts";
import { serviceOf } from "../../configuration/compose/service.ts";
import type { Container, Inventory } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import type { Unit } from "../../port/units.ts";
import { quoted } from "../../base/shell.ts";
import { findUnit, unitOf } from "../facts/unit.ts";

/** Who makes the container, and what a person does to have it made again. */
export interface Making {
  /** "project" and "container": no unit starts it. */
  readonly kind: "nixos" | "quadlet" | "unit" | "project" | "container";
  /** Of systemd; "" where none starts it. */
  readonly unit: string;
  readonly maker?: Maker;
  /** Names of the files that say what is run; none where no file does. */
  readonly files: readonly string[];
  /** A phrase for a person. */
  readonly words: string;
  /** What `--switch` has pgladder change those files; "" where nothing does. */
  readonly switch: "" | "nixos" | "quadlet" | "compose" | "unit";
  /** To be typed once the configuration has changed; none where nobody knows. */
  readonly bringUp: readonly string[];
  /** Has a container that is gone made, and not started; undefined: nothing does. */
  readonly make?: string;
  /** What is to be looked at before that is typed. */
  readonly note?: string;
}

/** Guessed: nothing says what its project is called but a file. */
type Known = Maker & { readonly guessed?: boolean };

/** Undefined: nothing on this host says anything of such a container. */
export async function makingOf(
  { container, inventory, name }: {
    readonly name: string;
    readonly container: Container | undefined;
    readonly inventory: Inventory;
  },
  { directory, ports, runtime }: {
    readonly ports: Ports;
    readonly runtime: "podman" | "docker";
    /** Where the person is: a compose project may lie there. */
    readonly directory: string;
  },
): Promise<Making | undefined> {
  const unitName = container === undefined
    ? await unitOf(name, ports)
    : await findUnit(container, ports);
  const unit = unitName === undefined
    ? undefined
    : (await ports.units.show([unitName])).get(unitName);
  if (unit?.loaded) return await ofUnit(unit, name, ports);
  const known: Known | undefined = container === undefined
    ? await makerBehind(name, inventory, { directory, runtime }, ports)
    : makerOf(container.labels);
  if (known !== undefined) {
    const { guessed = false, ...maker } = known;
    const whole = await withEnvAbove(maker, ports.files);
    return ofProject(whole, runtime, guessed);
  }
  return container === undefined ? undefined : {
    kind: "container",
    unit: "",
    files: [],
    switch: "",
    words: "no unit and no compose project: somebody made it by hand",
    bringUp: [],
  };
}

async function ofUnit(
  unit: Unit,
  container: string,
  ports: Ports,
): Promise<Making> {
  const { files } = ports;
  const restart = `systemctl restart ${quoted(unit.name)}`;
  const made = (
    kind: Making["kind"],
    words: string,
    said: readonly string[],
    bringUp: readonly string[],
    change: Making["switch"] = kind === "unit" ? "unit" : "",
  ): Making => ({
    ...{ kind, unit: unit.name, words, files: said, bringUp },
    switch: kind === "nixos" || kind === "quadlet" ? kind : change,
  });
  if (/^\/run\/systemd\/generator/.test(unit.fragment)) {
    const { source = "" } = unit;
    return made(
      "quadlet",
      `the Quadlet of ${unit.name}`,
      source === "" ? [] : [source],
      ["systemctl daemon-reload", restart],
    );
  }
  if (await files.look("/etc/NIXOS") !== undefined) {
    return made("nixos", `${unit.name}, which NixOS makes`, [], [
      "nixos-rebuild switch",
    ]);
  }
  const project = await projectOf(ports, unit.name);
  const service = project && serviceOf(project, container);
  if (project !== undefined && service !== undefined) {
    return made(
      "unit",
      `${unit.name}, which brings up the service ${service.name} of the compose project ${project.named}`,
      [...project.texts.keys()],
      [restart],
      "compose",
    );
  }
  return made("unit", unit.name, unit.fragment === "" ? [] : [unit.fragment], [
    "systemctl daemon-reload",
    restart,
  ]);
}

const GUESSED =
  " (as its file or directory says: if -p has called it otherwise, type that name there)";

function ofProject(
  maker: Maker,
  runtime: "podman" | "docker",
  guessed: boolean,
): Making {
  const program = maker.tool === "podman-compose" ? maker.tool : runtime;
  const note = guessed ? GUESSED : "";
  const up = (how: string) =>
    [...composeWords(maker, program), "up", how, maker.service].map(quoted)
      .join(" ");
  return {
    kind: "project",
    unit: "",
    maker,
    switch: "compose",
    files: maker.files,
    words:
      `the service ${maker.service} of the compose project ${maker.project}${note}`,
    note,
    bringUp: [up("-d")],
    make: up("--no-start"),
  };
}

/**
 * The project of a container that is gone: the other containers of the project
 * know its files, or the person stands in its directory.
 */
async function makerBehind(
  name: string,
  inventory: Inventory,
  { directory, runtime }: {
    readonly directory: string;
    readonly runtime: "podman" | "docker";
  },
  ports: Ports,
): Promise<Known | undefined> {
  const seen = new Set<string>();
  for (const { labels } of inventory.containers) {
    const maker = makerOf(labels);
    if (maker === undefined || seen.has(maker.files.join())) continue;
    seen.add(maker.files.join());
    const project = await projectOfMaker(ports, maker);
    const { service: _, ...whole } = project;
    const service = ownService(whole, name);
    if (service !== undefined) {
      return { ...maker, service: service.name, hash: "" };
    }
  }
  const here = await projectIn(directory, ports);
  if (here === undefined) return undefined;
  const said = await projectNameOf(name, here, inventory, ports);
  const named = said ?? here.named;
  const service = ownService({ ...here, named }, name);
  return service === undefined ? undefined : {
    tool: runtime === "docker" ? "docker compose" : "podman-compose",
    project: named,
    service: service.name,
    directory: here.directory,
    files: [...here.paths],
    envFiles: [],
    hash: "",
    ...(said === undefined ? { guessed: true } : {}),
  };
}

/** Its name says the project too, where the file does not say all of it. */
function ownService(project: Project, container: string) {
  const service = serviceOf(project, container);
  const isOwn = service?.containerName !== undefined ||
    new RegExp(`^${RegExp.escape(project.named)}[-_]`).test(container);
  return isOwn ? service : undefined;
}
