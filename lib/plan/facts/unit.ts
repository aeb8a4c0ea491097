import { makerOf } from "../../configuration/compose/labels.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import type { Unit } from "../../port/units.ts";
import { bringsUp, startLines } from "./start_lines.ts";
import {
  type RunLine,
  runLineOfUnit,
} from "../../configuration/run_line/run_line.ts";

/** Which unit of systemd runs a container. */

/** The unit that podman wrote on the container, or the one with its name. */
export async function findUnit(
  { env, labels, name }: Container,
  ports: Ports,
): Promise<string> {
  const { units } = ports;
  const known = labels["PODMAN_SYSTEMD_UNIT"] ?? env["PODMAN_SYSTEMD_UNIT"];
  // Compose writes the name of a unit that few have made.
  const project = labels["com.docker.compose.project"];
  if (known !== undefined && project === undefined) return known;
  const names = namesOf(name);
  if (project !== undefined) names.push(`${project}.service`);
  if (known !== undefined) names.unshift(known);
  const shown = await units.show(names);
  const loaded = names.find((name) => shown.get(name)?.loaded);
  if (loaded !== undefined || project === undefined) {
    return loaded ?? names[0] ?? "";
  }
  // Whatever it is called: a template's instance, or any other.
  const maker = makerOf(labels);
  const lines = maker === undefined ? [] : await startLines(ports) ?? [];
  const line = lines.find((it) => maker !== undefined && bringsUp(it, maker));
  return line?.unit ?? names[0] ?? "";
}

/** By the container's name and what podman wrote on it; it need not run. */
export async function unitOf(
  container: string,
  { units }: Pick<Ports, "units">,
  labels: Container["labels"] = {},
): Promise<string | undefined> {
  const known = labels["PODMAN_SYSTEMD_UNIT"];
  const names = known === undefined
    ? namesOf(container)
    : [known, ...namesOf(container)];
  const shown = await units.show(names);
  return names.find((name) => shown.get(name)?.loaded);
}

/** As NixOS calls it, and as a person would. */
function namesOf(container: string): string[] {
  return ["podman-", "docker-", ""]
    .map((prefix) => `${prefix}${container}.service`);
}

/** As it stands in the unit's own file, where it could be edited. */
export async function runLineInFile(
  unit: Unit | undefined,
  container: string,
  { files }: Ports,
): Promise<RunLine | undefined> {
  const text = unit?.fragment ? await files.readText(unit.fragment) : undefined;
  return text === undefined ? undefined : runLineOfUnit(text, container);
}
