import type { Inventory } from "../port/containers.ts";
import { containerOf, isContainer } from "./container_inspect.ts";
import { parseJson } from "./printed_json.ts";
import { run, runOk } from "./process.ts";
import { namedVolumeOf } from "./volume_inspect.ts";

/** Asks podman or docker for all containers and volumes that it has. */
export async function inventoryOf(
  program: "podman" | "docker",
): Promise<Inventory> {
  const ids = await runOk([program, "ps", "--all", "--quiet", "--no-trunc"]);
  const names = await runOk([program, "volume", "ls", "--quiet"]);
  const [containers, volumes] = await Promise.all([
    inspectAll([program, "container"], ids.stdout),
    inspectAll([program, "volume"], names.stdout),
  ]);
  return {
    containers: containers.filter(isContainer)
      .map((printed) => containerOf(printed, "CONTAINER…")),
    volumes: volumes.map(namedVolumeOf).filter((it) => it !== undefined),
  };
}

/** What is removed in the meantime is left out of what is printed. */
async function inspectAll(
  words: readonly string[],
  listed: string,
): Promise<readonly unknown[]> {
  const names = listed.split("\n").filter((name) => name !== "");
  if (names.length === 0) return [];
  const command = [...words, "inspect", "--", ...names];
  const { stdout } = await run(command);
  const found = stdout.trim() === "" ? [] : parseJson(stdout, command);
  return Array.isArray(found) ? found : [];
}
