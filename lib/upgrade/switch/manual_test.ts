import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { EMPTY } from "../../../journal/fold.ts";
import type { Plan } from "../../../journal/plan.ts";
import type { Container } from "../../port/containers.ts";
import { contextOf } from "../../run/context.ts";
import { WaitingError } from "../contract.ts";
import { manualSwitcher } from "./manual.ts";

const COMPOSE = "/srv/forum/compose.yaml";

/** What is asked of the person, line by line. */
async function askedFor(
  text: string,
  made?: Partial<Container>,
): Promise<readonly string[]> {
  const sample = samplePlan();
  const plan: Plan = {
    ...sample,
    container: "forum-db-1",
    unit: "forum-db-1",
    restart: "always",
    from: { ...sample.from, reference: "forum-db:15" },
    to: { ...sample.to, reference: "forum-db:17" },
    maker: {
      tool: "docker compose",
      project: "forum",
      service: "db",
      directory: "/srv/forum",
      files: [COMPOSE],
      envFiles: [],
      hash: "",
    },
  };
  const ports = portsOf({
    files: new MemoryFiles({ [COMPOSE]: text }),
    containers: { inspect: () => Promise.resolve(made as Container) },
  });
  const context = { ...contextOf(plan, ports), state: EMPTY };
  const { ask } = await rejectedBy(
    () => manualSwitcher(context).apply(context),
    WaitingError,
  );
  return ask.split("\n").map((line) => line.trim());
}

const LINES = [
  "the image: forum-db:15 → forum-db:17",
  `of the service db in "${COMPOSE}", or in its variables`,
];

Deno.test("Of a service that its project builds the Dockerfile is named", async () => {
  const build = "services:\n  db:\n    image: forum-db:15\n    build: ./db\n";
  assertEquals((await askedFor(build)).slice(0, 4), [
    'Make the container "forum-db-1" again, unchanged except for:',
    'FROM in "/srv/forum/db/Dockerfile" must name PostgreSQL 17; then build forum-db:17 from it',
    ...LINES,
  ]);
});

Deno.test("Of one that is not built, or whose file is gone, its image alone is asked for", async () => {
  for (
    const text of ["services:\n  db:\n    image: forum-db:15\n", "", "x: ["]
  ) {
    assertEquals((await askedFor(text)).slice(1, 3), LINES, text);
  }
});

Deno.test("Whoever has set PGDATA along with the image is told of it", async () => {
  const { to, volume } = samplePlan();
  const made = {
    image: to.reference,
    imageId: to.id,
    mounts: [{
      kind: "bind",
      name: "",
      source: volume.path,
      mountPath: to.inner,
    }],
    env: { PGDATA: "/elsewhere" },
  } as const;
  const lines = await askedFor("services: {db: {image: x}}\n", made);
  assertEquals(
    lines.at(-1),
    `By now the container "forum-db-1" is made of ${to.reference} with the volume at ${to.inner} and PGDATA /elsewhere instead of ${to.pgdata}`,
  );
});
