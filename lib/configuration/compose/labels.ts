import { resolve } from "@std/path";
import type { Maker } from "../../../journal/plan.ts";

const PREFIX = "com.docker.compose";
/** Which project a container, a volume or a network is of. */
export const PROJECT_LABEL = `${PREFIX}.project`;

/**
 * Docker's compose writes these labels from version 1.25 on, podman-compose
 * the same ones beside its own. Undefined where one of them is missing.
 */
export function makerOf(
  labels: Readonly<Record<string, string>>,
): Maker | undefined {
  const label = (name: string) => labels[`${PREFIX}.${name}`] ?? "";
  const list = (name: string) =>
    label(name).split(",").filter((it) => it !== "")
      .map((it) => resolve(directory, it));
  const directory = label("project.working_dir");
  const project = label("project");
  const service = label("service");
  if (project === "" || service === "" || !directory.startsWith("/")) {
    return undefined;
  }
  const files = list("project.config_files");
  return files.length === 0 ? undefined : {
    tool: "io.podman.compose.project" in labels
      ? "podman-compose"
      : "docker compose",
    project,
    service,
    directory,
    files,
    envFiles: list("project.environment_file"),
    hash: label("config-hash"),
  };
}

/** `docker compose …` or `podman-compose …` for the project that is up. */
export function composeWords(
  { directory, envFiles, files, project, tool }: Maker,
  program: string,
): string[] {
  const named = [
    ...["-p", project],
    ...files.flatMap((file) => ["-f", file]),
    ...envFiles.flatMap((file) => ["--env-file", file]),
  ];
  // Podman-compose takes the first file's directory, and has no such option.
  return tool === "podman-compose"
    ? [program, ...named]
    : [program, "compose", ...named, "--project-directory", directory];
}

/**
 * Makes the one service again, with those that live in its container, and
 * starts nothing. What was found when the plan was made is what is run: nothing
 * is pulled or built. Podman removes no container on which others depend, so
 * its compose makes those again, too.
 */
export function remakeWords(
  maker: Maker,
  program: string,
  others: readonly string[],
): string[] {
  const { service, tool } = maker;
  return [
    ...composeWords(maker, program),
    ...["up", "--no-start", "--no-deps", "--no-build"],
    ...tool === "docker compose" ? ["--pull", "never"] : [],
    service,
    ...others,
  ];
}
