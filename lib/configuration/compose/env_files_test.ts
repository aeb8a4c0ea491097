import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { withEnvAbove } from "./env_files.ts";
import { projectIn } from "./project.ts";
import { MAKER } from "./testdata/shapes.ts";

const FILE = "/srv/forum/deploy/compose.yaml";
const maker = { ...MAKER, directory: "/srv/forum/deploy", files: [FILE] };
const ABOVE = "/srv/forum/.env";
const env = async (
  files: Readonly<Record<string, string>>,
  of = maker,
) =>
  (await withEnvAbove(of, portsOf({ files: new MemoryFiles(files) }).files))
    .envFiles;

Deno.test("A .env above counts where it names the very files, before the one beside them", async () => {
  const named = { [ABOVE]: "COMPOSE_FILE=deploy/compose.yaml\n" };
  const beside = `${maker.directory}/.env`;
  assertEquals(await env(named), [ABOVE]);
  assertEquals(await env({ ...named, [beside]: "" }), [beside, ABOVE]);
  assertEquals(await env({ [ABOVE]: "X=15\n" }), []);
  assertEquals(await env({ [ABOVE]: "COMPOSE_FILE=compose.yaml\n" }), []);
});

Deno.test("Whoever has named files of variables has named them all; podman-compose reads none above", async () => {
  const named = { [ABOVE]: "COMPOSE_FILE=deploy/compose.yaml\n" };
  assertEquals(await env(named, { ...maker, envFiles: ["/etc/x"] }), [
    "/etc/x",
  ]);
  assertEquals(await env(named, { ...maker, tool: "podman-compose" }), []);
});

Deno.test("A person stands where COMPOSE_FILE is, and the files lie below", async () => {
  const ports = portsOf({
    files: new MemoryFiles({
      [ABOVE]:
        "COMPOSE_FILE=deploy/compose.yaml;deploy/b.yaml\nCOMPOSE_PATH_SEPARATOR=;\n",
      [FILE]: "services: {db: {image: postgres}}\n",
      "/srv/forum/deploy/.env": "COMPOSE_PROJECT_NAME=prod\n",
    }),
  });
  const found = await projectIn("/srv/forum", ports);
  assertEquals(found?.paths, [FILE, "/srv/forum/deploy/b.yaml"]);
  assertEquals(found?.directory, "/srv/forum/deploy");
  assertEquals(found?.named, "prod");
});
