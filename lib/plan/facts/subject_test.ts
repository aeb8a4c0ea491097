import { assertEquals, assertStringIncludes } from "@std/assert";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { bind, troubledHost } from "../../../tests/sample/troubled_host.ts";
import { running } from "../../../tests/sample/trouble_parts.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { TROUBLES } from "../../../tests/sample/troubles.ts";
import { Failure } from "../../base/failure.ts";
import type { Container } from "../../port/containers.ts";
import { subjectOf } from "./subject.ts";

const db: Container = {
  ...sampleFacts().container,
  name: "db",
  image: "postgres:18",
  imageId: "postgres:18",
  mounts: [bind("/srv/db", "/var/lib/postgresql/data")],
  labels: {},
  env: {},
  ...running,
};

/**
 * 18 where its mount is the old one: its unit makes it again for ever. It is
 * there when it is inspected so many times, and gone then.
 */
function thereFor(inspections: number) {
  const [, trouble] = TROUBLES["unit-restarts"] ?? [];
  const [words = []] = Object.values(trouble?.commands ?? {});
  const commands = {
    "podman-db.service": [...words.slice(0, -1), "postgres:18"],
  };
  const host = troubledHost({ clusters: {}, ...trouble, commands });
  let asked = 0;
  host.containers.inspect = () =>
    Promise.resolve(asked++ < inspections ? db : undefined);
  // Gone by then at the latest.
  host.containers.exec = () => {
    asked = inspections;
    return Promise.resolve({ code: 125, stdout: "", stderr: "no such" });
  };
  return host;
}

Deno.test("One that runs for a moment, and is gone when it is asked, is looked at again", async () => {
  for (const inspections of [0, 1, 2, 3, 4, 5]) {
    const { unserved } = await subjectOf(
      { container: "db", to: "17" },
      thereFor(inspections),
    );
    assertEquals(unserved?.major, 15, `${inspections}`);
  }
});

Deno.test("What restarts for ever on the same data is refused, with the command to type", async () => {
  const [name = "", trouble] = TROUBLES["two-restart-on-one"] ?? [];
  const { exit, hint, message } = await rejectedBy(
    () =>
      subjectOf(
        {
          container: name,
          to: "17",
          around: { directory: "/", runtime: "docker" },
        },
        troubledHost({ clusters: {}, ...trouble }),
      ),
    Failure,
  );
  assertEquals(exit, 3);
  assertStringIncludes(message, 'the container "g2" of docker');
  assertStringIncludes(
    hint,
    '"docker stop g2; docker update --restart=no g2"',
  );
});
