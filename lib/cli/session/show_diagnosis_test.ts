import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { appFor } from "../../../tests/sample/app.ts";
import { assertGoldenFile, goldenNames } from "../../../tests/sample/golden.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import {
  bind,
  STORE,
  type Trouble,
  troubledHost,
} from "../../../tests/sample/troubled_host.ts";
import { again, OLD, running } from "../../../tests/sample/trouble_parts.ts";
import { shopDb, TROUBLES } from "../../../tests/sample/troubles.ts";
import { Failure } from "../../base/failure.ts";
import { PortError } from "../../port/ports.ts";
import { showDiagnosis } from "./show_diagnosis.ts";

async function shown(name: string, trouble: Trouble, ...words: string[]) {
  const printed: string[] = [];
  const app = appFor(
    ["status", name, ...words],
    printed,
    troubledHost(trouble),
  );
  const code = await showDiagnosis({ ...app, runtime: "docker" }, name);
  return { code, text: printed.join("\n") };
}

for (const [shape, [name, trouble, exit]] of Object.entries(TROUBLES)) {
  Deno.test(`First help: ${shape}`, async () => {
    const { code, text } = await shown(name, trouble);
    assertGoldenFile(`trouble/${shape}.txt`, text);
    assertEquals(code, exit);
    const json = JSON.parse((await shown(name, trouble, "--json")).text);
    assertEquals([json.container, json.well], [name, exit === 0]);
    const title = text.split(/\.\n\n/)[0]?.replace(/\s+/g, " ");
    assertEquals(json.words.replace(/\s+/g, " "), title);
  });
}

Deno.test("No golden text is left over", () => {
  assertEquals(goldenNames("trouble"), Object.keys(TROUBLES).toSorted());
});

Deno.test("Of a name that nothing knows the nearest is told, and lost clusters", async () => {
  const host = (containers: Trouble["containers"]): Trouble => ({
    containers: containers ?? [],
    volumes: { lost: {} },
    clusters: { [`${STORE}/lost/_data`]: { major: 16, relations: 3 } },
  });
  const ofService = await rejectedBy(
    () => shown("db", host([{ ...shopDb, image: "postgres:17" }])),
    Failure,
  );
  assertEquals([ofService.exit, ofService.message, ofService.hint], [
    3,
    'There is no container "db", and no unit or compose project that pgladder knows of creates it',
    'The container of the service "db" is shop-db-1',
  ]);
  // Where the person is there is the compose file, and its container is gone.
  const text = "services: {db: {image: postgres}, ours: {container_name: own}}";
  const down = {
    ...host([]),
    files: { "/root/compose.yaml": `name: shop\n${text}\n` },
  };
  for (
    const [service, called] of [["db", "shop-db-1"], ["ours", "own"]] as const
  ) {
    const { hint } = await rejectedBy(() => shown(service, down), Failure);
    assertEquals(
      hint,
      `The container of the service "${service}" is called ${called}`,
    );
  }
  const { hint } = await rejectedBy(() => shown("db", host([])), Failure);
  assertStringIncludes(hint, `"${STORE}/lost/_data" (PostgreSQL 16)`);
});

Deno.test("What runs, or starts again and again, is told of both runtimes, and nothing of a run", async () => {
  const name = "pgladder-20261130-091500-k3f9-hold-from";
  const { hint } = await rejectedBy(
    () =>
      shown("nobody", {
        containers: [{ name: "db", ...again }, { name, ...running }],
        ofPodman: [{ name: "q1", ...running }, { name: "rests" }],
        clusters: {},
      }),
    Failure,
  );
  assertStringIncludes(hint, "Running: db, q1. ");
});

Deno.test("Where no runtime answers, it is said that only runs can be told", async () => {
  const host = troubledHost({ clusters: {} });
  host.containers.inspect = () => Promise.reject(new PortError("no podman"));
  const app = appFor(["status", "db"], [], host);
  const failure = await rejectedBy(() => showDiagnosis(app, "db"), Failure);
  assertEquals(failure.exit, 3);
  assertStringIncludes(failure.message, "no podman");
});

Deno.test("What a log or a name says cannot move the cursor", async () => {
  const { text } = await shown("db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [bind("/srv/db", OLD)],
      ...again,
    }],
    clusters: { "/srv/db": { major: 16, relations: 2 } },
    said: "FATAL:  \u001b[2J gone\n",
  });
  assert(!text.includes("\u001b"));
});
