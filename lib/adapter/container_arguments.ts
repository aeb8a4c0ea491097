import type { ContainerJob, JobMount } from "../port/containers.ts";
import { lowPriorityArguments } from "./low_priority.ts";

/** A job as the words of `podman run` or `docker run`. */

/**
 * Of every container that is run for us: no capability, nothing that gives one
 * back (setuid programs, files with capabilities), an image that nobody writes
 * to. Only /tmp is its own, where a shell puts the text that it hands on.
 */
export const ISOLATED = [
  ...["--pull", "never", "--log-driver", "none"],
  ...["--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
  ...["--read-only", "--tmpfs", "/tmp:rw,exec,nosuid,nodev,mode=1777"],
];

/**
 * SELinux would keep a container from directories of the host that do not
 * carry its label. The data's label is the operator's, and the service's own
 * containers go by it: to set another one for a job would lock them out. So
 * that separation is given up, for what has a directory of the host mounted
 * and for nothing else.
 */
export const UNLABELLED = ["--security-opt", "label=disable"];

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
    ...(job.mounts.length === 0 ? [] : UNLABELLED),
    ...["--user", job.user ?? "0:0"],
    ...(job.capabilities ?? []).flatMap((it) => ["--cap-add", it]),
    "--restart",
    "no",
    "--shm-size",
    "1g",
    ...(job.lowPriority === undefined
      ? []
      : lowPriorityArguments(job.lowPriority.memoryMb)),
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
    `dst=${mount.mountPath}`,
    ...(mount.readOnly ? ["readonly"] : []),
  ];
  return words.map(csvField).join(",");
}

function csvField(field: string): string {
  return /[",\n\r]|^\s/.test(field)
    ? `"${field.replaceAll('"', '""')}"`
    : field;
}
