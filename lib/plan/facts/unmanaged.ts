import type { Maker } from "../../../journal/plan.ts";
import { makerWithEnv } from "../../configuration/compose/env_files.ts";
import { PROJECT_LABEL } from "../../configuration/compose/labels.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import {
  bringsUp,
  type StartLine,
  startLines,
  startsContainer,
  textsOf,
} from "./start_lines.ts";

/** A container that no unit starts: the runtime does, or a person. */
export interface Unmanaged {
  /** As the option `--restart` is written. */
  readonly restart: string;
  /** A phrase: why it cannot be stopped, made again and started. */
  readonly blocker: string | undefined;
}

export async function unmanagedOf(
  container: Container,
  ports: Ports,
): Promise<Unmanaged> {
  const { containers } = ports;
  const restart = container.restartPolicy;
  const lines = await startLines(ports);
  const maker = await makerWithEnv(container.labels, ports);
  const starter = lines && unitThatStarts(container, maker, lines);
  return {
    restart,
    blocker: lines === undefined
      ? "systemd does not say which units there are"
      : starter !== undefined
      ? `${starter} starts or brings up containers, perhaps this one`
      // Podman-compose writes a name of its own there, and makes no such unit.
      : maker === undefined &&
          container.labels["PODMAN_SYSTEMD_UNIT"] !== undefined
      ? `${container.labels["PODMAN_SYSTEMD_UNIT"]} made it, and is not there`
      : container.autoRemove
      ? "it is gone once it stops (--rm)"
      // Nor does its pod hold anything: it is a name for a group.
      : container.pod !== "" && maker?.tool !== "podman-compose"
      ? "it is in a pod"
      : restart !== "no" && !await containers.canSetRestartPolicy()
      ? `this runtime cannot take its restart policy "${restart}" off it`
      : undefined,
  };
}

/** `podman start db` in a unit, or a compose project that has the container. */
function unitThatStarts(
  { labels, name }: Container,
  maker: Maker | undefined,
  lines: readonly StartLine[],
): string | undefined {
  const project = labels[PROJECT_LABEL] !== undefined;
  return lines.find((line) =>
    textsOf(line).some((words) =>
      // Of a project whose place is not known it could be any.
      startsContainer(words, (word) => word === name) ||
      (maker === undefined
        ? project && /\bcompose\b.*\bup\b/.test(words)
        : bringsUp({ ...line, words }, maker))
    )
  )?.unit;
}
