import { assertEquals } from "@std/assert";
import type { Maker } from "../../journal/plan.ts";
import { MemoryFiles } from "../../tests/sample/files.ts";
import { sampleFacts } from "../../tests/sample/found.ts";
import { samplePlan } from "../../tests/sample/plan.ts";
import { portsOf } from "../../tests/sample/ports.ts";
import { wouldRun } from "./would_run.ts";

const FILE = "/srv/forum/compose.yaml";
const TEXT = `services:
  db:
    image: docker.io/library/postgres:15
    volumes:
      - /srv/pleroma-db:/var/lib/postgresql/data
`;
const MAKER: Maker = {
  tool: "docker compose",
  project: "forum",
  service: "db",
  directory: "/srv/forum",
  files: [FILE],
  envFiles: [],
  hash: "",
};
const LABELS = {
  "com.docker.compose.project": "forum",
  "com.docker.compose.service": "db",
  "com.docker.compose.project.working_dir": "/srv/forum",
  "com.docker.compose.project.config_files": FILE,
};

/** By a unit whose program says nothing; the container is there or gone. */
function look(
  text: string,
  { labels, maker }: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly maker?: Maker;
  },
) {
  const { container } = sampleFacts();
  const ports = portsOf({
    files: new MemoryFiles({ [FILE]: text }),
    units: {
      commands: () => Promise.resolve([["/opt/up.sh"]]),
      show: () => Promise.resolve(new Map()),
    },
    containers: {
      inspect: () =>
        Promise.resolve(
          labels === undefined ? undefined : { ...container, labels },
        ),
      image: () => Promise.resolve(undefined),
    },
  });
  const plan = samplePlan(maker === undefined ? {} : { maker });
  return wouldRun({ plan, ports });
}

Deno.test("What a unit's own program brings up is known by the container's labels", async () => {
  assertEquals((await look(TEXT, { labels: LABELS })).version, "from");
});

Deno.test("Once its stop has removed the container, it is known by the plan", async () => {
  assertEquals((await look(TEXT, { maker: MAKER })).version, "from");
  const next = TEXT.replace("postgres:15", "postgres:17");
  assertEquals((await look(next, { maker: MAKER })).version, "to");
});

Deno.test("A container that no project made is not taken for the plan's", async () => {
  const found = await look(TEXT, { labels: {}, maker: MAKER });
  assertEquals(found.version, "between");
});

Deno.test("What cannot be read is not told to be another version", async () => {
  const found = await look(TEXT, {});
  assertEquals(found.version, "between");
  assertEquals(
    found.text,
    "podman-pleroma-db.service would run what cannot be read with the volume at no place",
  );
  const other = TEXT.replace("postgres:15", "postgres:11");
  assertEquals((await look(other, { maker: MAKER })).version, "other");
});
