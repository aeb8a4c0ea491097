import type { ContainerJob, JobMount } from "../port/containers.ts";
import { humbleWords } from "./low_priority.ts";

/** A job as the words of `podman run` or `docker run`. */

/** Of every container that is run for us. */
export const ISOLATED = [
  "--pull",
  "never",
  "--security-opt",
  "label=disable",
  "--log-driver",
  "none",
];

/**
 * What a postgres image reads can be a password: it goes through the
 * environment, which `ps` does not show. Anything else, PATH for example,
 * would change what podman itself does.
 */
const CARRIED = /^(PG|POSTGRES_)\w*$/;

export function carriedEnv(env: ContainerJob["env"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => CARRIED.test(name)),
  );
}

export function jobWords(job: ContainerJob): string[] {
  const labels = Object.entries(job.labels);
  const env = Object.entries(job.env);
  return [
    ...ISOLATED,
    "--restart",
    "no",
    "--shm-size",
    "1g",
    ...(job.humble === undefined ? [] : humbleWords(job.humble.memoryMb)),
    "--name",
    job.name,
    ...(job.idFile === undefined ? [] : ["--cidfile", job.idFile]),
    ...labels.flatMap(([name, value]) => ["--label", `${name}=${value}`]),
    ...env.flatMap(([name, value]) => [
      "--env",
      CARRIED.test(name) ? name : `${name}=${value}`,
    ]),
    ...job.mounts.flatMap((mount) => ["--mount", mountWord(mount)]),
    "--entrypoint",
    job.program,
    job.image,
    ...job.args,
  ];
}

/** Both read the option as a line of CSV, so any path can be said. */
export function mountWord(mount: JobMount): string {
  const words = [
    `type=${mount.kind ?? "bind"}`,
    `src=${mount.source}`,
    `dst=${mount.inner}`,
    ...(mount.readOnly ? ["readonly"] : []),
  ];
  return words.map(csvField).join(",");
}

function csvField(field: string): string {
  return /[",\n\r]|^\s/.test(field)
    ? `"${field.replaceAll('"', '""')}"`
    : field;
}
