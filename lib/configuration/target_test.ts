import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../tests/sample/files.ts";
import { portsOf } from "../../tests/sample/ports.ts";
import { MAKER } from "./compose/testdata/shapes.ts";
import { findPlace } from "./find.ts";

const FILE = "/srv/forum/compose.yaml";
const NAMED = { image: "postgres:18", tag: "18" };

/** What is to be changed where the image is named already. */
async function placed(image: string, kind: "compose" | "nixos" = "compose") {
  const text =
    `services:\n  db:\n    image: ${image}\n    volumes: ["db:/var/lib/postgresql/data"]\n`;
  const target = {
    container: "forum-db-1",
    from: NAMED,
    to: NAMED,
    mount: {
      volume: "forum_db",
      fromPath: "/var/lib/postgresql/data",
      toPath: "/var/lib/postgresql",
    },
    unmanaged: true,
  } as const;
  const ports = portsOf({
    files: new MemoryFiles({ [FILE]: text }),
    containers: {
      named: () => Promise.resolve([]),
      inspect: () => Promise.resolve(undefined),
    },
    host: { run: () => Promise.resolve({ code: 0, stdout: "", stderr: "" }) },
  });
  const maker = { ...MAKER, tool: "podman-compose" as const };
  const found = await findPlace(
    { kind, hostname: "host" },
    { ...target, maker },
    "u.service",
    ports,
  );
  return found.kind === "placed"
    ? found.changes.flatMap(({ edits }) => edits.map((it) => [it.old, it.new]))
    : [found.problem, ...found.byHand];
}

Deno.test("Where the image is named already the mount alone is changed", async () => {
  for (const image of ["postgres:18", "postgres:${TAG:-18}"]) {
    assertEquals(await placed(image), [
      ["/var/lib/postgresql/data", "/var/lib/postgresql"],
    ]);
  }
});

Deno.test("What names another image, and NixOS, are left to a person", async () => {
  assertEquals(await placed("postgres:17"), [
    "The service db names postgres:17, not postgres:18, which runs",
    '"forum_db:/var/lib/postgresql" among its volumes',
  ]);
  assertEquals(await placed("postgres:18", "nixos"), [
    "the NixOS configuration names postgres:18 already, and in it pgladder changes no mount alone",
    '"forum_db:/var/lib/postgresql" instead of "forum_db:/var/lib/postgresql/data"',
  ]);
});
