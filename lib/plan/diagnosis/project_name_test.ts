import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { projectIn } from "../../configuration/compose/project.ts";
import type { NamedVolumeFacts } from "../../port/containers.ts";
import { calledBy, projectNameOf } from "./project_name.ts";

const FILE = (more = "") =>
  `services:\n  db:\n    image: postgres:15\n${more}    volumes: ["rows:/var/lib/postgresql/data"]\nvolumes: {rows: }\n`;

/** What `docker compose -p NAME down` leaves. */
const volumeOf = (project: string, name = `${project}_rows`) =>
  ({
    name,
    path: `/var/lib/docker/volumes/${name}/_data`,
    labels: { "com.docker.compose.project": project },
  }) as unknown as NamedVolumeFacts;

async function called(
  container: string,
  volumes: readonly NamedVolumeFacts[],
  text = FILE(),
) {
  const files = new MemoryFiles({ "/srv/t/compose.yaml": text });
  const ports = portsOf({ files });
  const project = await projectIn("/srv/t", ports);
  if (project === undefined) return undefined;
  return {
    name: await projectNameOf(container, project, { volumes }, ports),
    by: calledBy(container, project),
  };
}

const GIVEN = FILE("    container_name: pg\n");

Deno.test("The volumes that are left say what a project was called", async () => {
  const name = async (...of: Parameters<typeof called>) =>
    (await called(...of))?.name;
  assertEquals(await name("prod-db-1", [volumeOf("prod")]), "prod");
  assertEquals(await name("pg", [volumeOf("prod")], GIVEN), "prod");
  const two = [volumeOf("prod"), volumeOf("test")];
  assertEquals(await name("test-db-1", two), "test");
  assertEquals(await name("pg", two, GIVEN), undefined);
  assertEquals(await name("pg", [...two, volumeOf("t")], GIVEN), "t");
  // Another project's, of another file.
  assertEquals(await name("pg", [volumeOf("x", "x_data")], GIVEN), undefined);
  assertEquals(await name("pg", [], GIVEN), undefined);
});

Deno.test("A container's name tells what its project must have been called", async () => {
  const by = async (name: string) => (await called(name, []))?.by;
  assertEquals(await by("prod-db-1"), {
    name: "prod",
    service: "db",
    tool: ["docker", "compose"],
  });
  assertEquals(await by("my_prod_db_1"), {
    name: "my_prod",
    service: "db",
    tool: ["podman-compose"],
  });
  assertEquals(await by("prod-web-1"), undefined);
  assertEquals(await by("--help-db-1"), undefined);
});
