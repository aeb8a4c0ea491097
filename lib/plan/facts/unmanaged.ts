import type { Maker } from "../../../journal/plan.ts";
import { makerWithEnv } from "../../configuration/compose/env_files.ts";
import { PROJECT_LABEL } from "../../configuration/compose/labels.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { bootLines } from "./boot_scripts.ts";
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
  /** No systemd runs the host at all. */
  readonly withoutSystemd?: true;
}

export async function unmanagedOf(
  container: Container,
  ports: Ports,
  { withoutSystemd = false }: { readonly withoutSystemd?: boolean } = {},
): Promise<Unmanaged> {
  const { containers } = ports;
  const restart = container.restartPolicy;
  const lines = withoutSystemd
    ? await bootLines(ports)
    : await startLines(ports);
  const maker = await makerWithEnv(container.labels, ports);
  const starter = lines && unitThatStarts(container, maker, lines);
  return {
    restart,
    ...(withoutSystemd ? { withoutSystemd } : {}),
    blocker: withoutSystemd && !await isSeen(container, ports)
      ? "none of its directories is seen here as it sees them"
      : lines === undefined
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

/**
 * Where pgladder itself is in a container, the runtime's words are of another
 * host: then neither its processes nor its directories are there.
 */
async function isSeen(
  { mounts, pid }: Container,
  { files }: Pick<Ports, "files">,
): Promise<boolean> {
  // Of one that does not run there is nothing to look at.
  if (pid <= 0) return true;
  const shared = mounts.filter(({ kind }) =>
    kind === "bind" || kind === "volume"
  );
  for (const { mountPath, source } of shared) {
    const own = await files.look(`/proc/${pid}/root${mountPath}`);
    const here = await files.look(source);
    if (own !== undefined && own.inode === here?.inode) return true;
  }
  return shared.length === 0;
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
