import { remake } from "./unmanaged.ts";
import { PortError } from "../../lib/port/ports.ts";
import { stopServer } from "./server.ts";
import type { FakeUnit } from "./systemd.ts";
import type { World } from "./world.ts";

/** The unit that runs the database's container, as NixOS writes it. */

/** What its ExecStart says, by eyes of our own. */
export interface Line {
  readonly name: string;
  readonly image: string;
  readonly source: string;
  readonly mountPath: string;
  readonly env: Readonly<Record<string, string>>;
}

export function unitText(line: Line): string {
  const env = Object.entries(line.env).map(([name, value]) =>
    ` -e ${name}=${value}`
  );
  return [
    "[Service]",
    `ExecStart=/usr/bin/podman run --name=${line.name}${
      env.join("")
    } -v ${line.source}:${line.mountPath} --rm -d --replace --pull missing ${line.image}`,
    "Restart=always",
    "",
  ].join("\n");
}

export function lineOf(text: string): Line | undefined {
  const words = (/^ExecStart=(.*)$/m.exec(text)?.[1] ?? "").split(" ");
  const after = (flag: string) => words[words.indexOf(flag) + 1] ?? "";
  const name = words.find((word) => word.startsWith("--name="))?.slice(7);
  const [source = "", mountPath = ""] = after("-v").split(":");
  const image = words.at(-1);
  if (name === undefined || image === undefined) return undefined;
  const env = words.includes("-e") ? after("-e") : "";
  return {
    name,
    image,
    source,
    mountPath,
    env: env.includes("=")
      ? { [env.slice(0, env.indexOf("="))]: env.slice(env.indexOf("=") + 1) }
      : {},
  };
}

/** ExecStartPre and ExecStart; false where there is nothing to run. */
export function spawnDatabase(world: World, unit: FakeUnit): boolean {
  const line = lineOf(unit.text ?? "");
  if (line === undefined) return false;
  const { runtime } = world;
  runtime.remove(line.name);
  try {
    if (runtime.imageOf(line.image) === undefined) runtime.pull(line.image);
    // Podman, unlike docker, does not make what it should mount.
    const container = runtime.create({
      name: line.name,
      image: line.image,
      mounts: [{ source: line.source, mountPath: line.mountPath }],
      env: { ...line.env, "PODMAN_SYSTEMD_UNIT": unit.name },
      autoRemove: true,
    });
    runtime.begin(container);
    return true;
  } catch (error) {
    if (error instanceof PortError) return false;
    throw error;
  }
}

/** ExecStop and ExecStopPost: kills after ten seconds unless told otherwise. */
export function stopDatabase(world: World, unit: FakeUnit) {
  const container = world.runtime.find(world.container);
  if (container === undefined) return;
  const patient = unit.hold?.includes("ExecStop=") ?? false;
  if (world.slowToStop && !patient) world.runtime.kill(container);
  else stopServer(world, container);
  world.runtime.remove(container.name);
}

/** Its file names something else; without a unit it is made again. */
export function configureDatabase(world: World, wanted: Partial<Line>) {
  const path = `/etc/systemd/system/${world.unit}`;
  if (!world.systemd.units.has(world.unit)) return remake(world, wanted);
  const line = lineOf(world.disk.textAt(path) ?? "");
  if (line === undefined) return;
  world.disk.write(path, unitText({ ...line, ...wanted }), 0o644);
}
