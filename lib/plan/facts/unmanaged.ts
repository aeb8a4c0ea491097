import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";

/** A container that no unit starts: the runtime does, or a person. */
export interface Alone {
  /** As the option `--restart` is written. */
  readonly restart: string;
  /** A phrase: why it cannot be stopped, made anew and started again. */
  readonly hindrance: string | undefined;
}

export async function aloneOf(
  container: Container,
  { containers, host }: Ports,
): Promise<Alone> {
  const restart = container.restartPolicy;
  const asked = await host.run(SHOW);
  const starter = unitThatStarts(container, asked.stdout);
  return {
    restart,
    hindrance: asked.code !== 0
      ? "systemd does not say which units there are"
      : starter !== undefined
      ? `${starter} starts or brings up containers, perhaps this one`
      : container.labels["PODMAN_SYSTEMD_UNIT"] !== undefined
      ? `${container.labels["PODMAN_SYSTEMD_UNIT"]} made it, and is not there`
      : container.fleeting
      ? "it is gone once it stops (--rm)"
      : container.pod !== ""
      ? "it is in a pod"
      : restart !== "no" && !await containers.canSetRestartPolicy()
      ? `this runtime cannot take its restart policy "${restart}" off it`
      : undefined,
  };
}

const SHOW = ["systemctl", "show", "*.service", "--property=Id,ExecStart"];

/** `podman start db` in a unit, or a compose project that has the container. */
function unitThatStarts(
  { labels, name }: Container,
  shown: string,
): string | undefined {
  const project = labels["com.docker.compose.project"] !== undefined;
  for (const unit of shown.split("\n\n")) {
    for (const [, words = ""] of unit.matchAll(/argv\[\]=(.*?) ;/g)) {
      const starts = /\b(podman|docker)\b.*\b(start|restart|run|create)\b/
        .test(words) && words.split(/[\s'"=]+/).includes(name);
      const bringsUp = project && /\bcompose\b.*\bup\b/.test(words);
      if (starts || bringsUp) return /^Id=(.*)$/m.exec(unit)?.[1];
    }
  }
  return undefined;
}
