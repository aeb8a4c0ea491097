import type { Plan } from "../../../journal/plan.ts";
import { Failure } from "../../base/failure.ts";
import { quoted } from "../../base/shell.ts";
import type { Container } from "../../port/containers.ts";
import { PortError, type Ports } from "../../port/ports.ts";
import { findRuntimes, isForOpenRuns } from "../../run/registry.ts";
import type { Args } from "../args.ts";
import type { CommandName } from "../options.ts";
import { type Runtime, runtimeOfMissing } from "./find_missing.ts";

type Name = Plan["runtime"];

const OF_A_RUN: readonly CommandName[] = [
  "resume",
  "rollback",
  "commit",
  "status",
  "report",
  "bundle",
];
const OF_A_CONTAINER: readonly CommandName[] = ["plan", "rehearse", "upgrade"];

/**
 * Which of a host's runtimes a command is about: the one of the journal where
 * there is a run, else the one that has the container. Undefined: nothing
 * says it, and any will do.
 *
 * @throws {Failure} "usage": both have a container of that name
 */
export async function findRuntime(
  { command, operand, options }: Args,
  words: readonly string[],
  runtimes: readonly Runtime[],
  /** Where the person is. */
  directory = "/",
): Promise<Name | undefined> {
  const ofRun = OF_A_RUN.includes(command);
  const [first] = runtimes;
  if (first === undefined) return undefined;
  if (ofRun) {
    const asked = { container: operand, volume: options.volume };
    // It opens what it tells of, all runs or one, and learns each one's there.
    if (command === "status" && await isForOpenRuns(asked, first.ports)) {
      return undefined;
    }
    const known = await findRuntimes(asked, first.ports);
    if (known.length > 1) {
      throw new Failure("usage", {
        problem: `Cannot tell which run is meant: ${
          known.join(" and ")
        } have one each`,
        hint: withEach(known, words),
      });
    }
    if (known.length > 0) return known[0];
  }
  if (!ofRun && !OF_A_CONTAINER.includes(command)) return undefined;
  if (operand === undefined || runtimes.length < 2) return undefined;
  const having: { name: Name; container: Container }[] = [];
  for (const { name, ports } of runtimes) {
    if (!await mayHave(name, having, ports)) continue;
    const container = await inspectIfAny(operand, ports);
    // What calls itself docker may be podman.
    const isSame = having.some((it) => it.container.id === container?.id);
    if (container !== undefined && !isSame) having.push({ name, container });
  }
  if (having.length === 0) {
    return await runtimeOfMissing(operand, runtimes, directory);
  }
  if (having.length === 1) return having[0]?.name;
  const states = having.map(({ container: { running }, name }) =>
    `${name} has one, which ${running ? "runs" : "does not run"}`
  );
  throw new Failure("usage", {
    problem: `Cannot tell which "${operand}" is meant: ${states.join("; ")}`,
    hint: withEach(having.map(({ name }) => name), words),
  });
}

function withEach(names: readonly Name[], words: readonly string[]): string {
  return names.map((name) =>
    ["pgladder", ...words, "--runtime", name].map(quoted).join(" ")
  ).join(", or ");
}

const DAEMONS = ["/run/docker.pid", "/run/snap.docker/docker.pid"];

/**
 * To ask docker would start its daemon where that is off: then it runs no
 * container, and is asked only where nobody else has one of that name.
 */
async function mayHave(
  name: Name,
  having: readonly unknown[],
  { files }: Ports,
): Promise<boolean> {
  if (name === "podman" || having.length === 0) return true;
  for (const path of DAEMONS) {
    if (await files.look(path) !== undefined) return true;
  }
  return false;
}

/** A runtime that does not answer has nothing to say here. */
async function inspectIfAny(
  name: string,
  { containers }: Ports,
): Promise<Container | undefined> {
  try {
    return await containers.inspect(name);
  } catch (error) {
    if (error instanceof PortError) return undefined;
    throw error;
  }
}
