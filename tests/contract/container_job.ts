import type { ContainerJob, Containers } from "../../lib/port/containers.ts";

export interface ContainersUnderTest {
  readonly containers: Containers;
  /** Of a postgres image that is on the machine. */
  readonly image: string;
  /** An empty directory on the host. */
  readonly directory: string;
  /** Reads a file on the host; undefined where there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
}

export const NAME = "pgladder-contract";
export const LABEL = "pgladder.contract";

export type Test = (
  name: string,
  body: (given: ContainersUnderTest) => Promise<void>,
) => void;

export function job(
  { image }: ContainersUnderTest,
  script: string,
  more: Partial<ContainerJob> = {},
): ContainerJob {
  return {
    name: NAME,
    image,
    program: "/bin/sh",
    args: ["-c", script, "sh"],
    env: {},
    mounts: [],
    labels: { [LABEL]: "yes" },
    ...more,
  };
}
