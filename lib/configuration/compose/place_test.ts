import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { applyEdits } from "../edit.ts";
import type { EditTarget } from "../target.ts";
import type { Unit } from "../../port/units.ts";
import { runLineOf } from "../would_run.ts";
import { composeUp } from "./command.ts";
import { placeCompose } from "./place.ts";
import { projectOf } from "./project.ts";
import { serviceOf } from "./service.ts";

const HOME = "/srv/forum";
const FILE = `${HOME}/compose.yaml`;
const UNIT = "forum.service";
const UP = ["/usr/bin/podman-compose", "up", "-d", "db"];

const WISH: EditTarget = {
  container: "forum_db_1",
  from: { tag: "15", image: "docker.io/library/postgres:15" },
  to: { tag: "17", image: "docker.io/library/postgres:17" },
};
const TO_18: EditTarget = {
  ...WISH,
  to: { tag: "18", image: "docker.io/library/postgres:18" },
  mount: {
    volume: "/srv/forum/data",
    fromPath: "/var/lib/postgresql/data",
    toPath: "/var/lib/postgresql",
  },
};

const TEXT = `# image: docker.io/library/postgres:15
services:
  web:
    image: example.org/forum:15   # "postgres:15"
    depends_on: [db]
  db:   # the database
    volumes:
      - ./data:/var/lib/postgresql/data:Z  # :/var/lib/postgresql/data
      - /run/forum:/var/run/postgresql
    environment:
      POSTGRES_PASSWORD: "docker.io/library/postgres:15"
    image: 'docker.io/library/postgres:15' # since May
    healthcheck:
      test: |
        image: docker.io/library/postgres:15
`;

interface Given {
  readonly files?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly home?: string;
}

function portsWith({ command = UP, files, home = HOME }: Given) {
  const unit: Partial<Unit> = { directory: home };
  return portsOf({
    files: new MemoryFiles(files ?? { [FILE]: TEXT }),
    containers: { inspect: () => Promise.resolve(undefined) },
    units: {
      environment: () => Promise.resolve({ variables: {}, files: [] }),
      commands: () => Promise.resolve([command]),
      show: () => Promise.resolve(new Map([[UNIT, unit as Unit]])),
    },
  });
}

/** The files after the change, or the problem. */
async function result(target: EditTarget, given: Given = {}) {
  const project = await projectOf(portsWith(given), UNIT);
  const placement = placeCompose(target, project);
  if (placement.kind !== "placed") {
    return placement.kind === "none" ? placement.problem : placement;
  }
  return Object.fromEntries(
    Object.entries(given.files ?? { [FILE]: TEXT }).map(([file, text]) => [
      file,
      applyEdits(text, placement.edits.filter((edit) => edit.file === file)),
    ]),
  );
}

const IMAGE = "'docker.io/library/postgres:15'";

Deno.test("placeCompose() changes the service's image, and not one other byte", async () => {
  assertEquals(await result(WISH), {
    [FILE]: TEXT.replace(IMAGE, "'docker.io/library/postgres:17'"),
  });
});

Deno.test("placeCompose() changes the mount on the way to 18", async () => {
  assertEquals(await result(TO_18), {
    [FILE]: TEXT.replace(IMAGE, "'docker.io/library/postgres:18'")
      .replace("/data:Z", ":Z"),
  });
});

const ENV = `# tags\nexport PG_TAG="15" # of the database\nOTHER=15\n`;
const BY_VARIABLE = TEXT.replace(
  IMAGE,
  "docker.io/library/postgres:${PG_TAG:-13}",
);

const SHAPES: readonly (readonly [string, string, string])[] = [
  [
    "a container of a name of its own",
    `services: {db: {container_name: forum_db_1, image: "docker.io/library/postgres:15"}}`,
    `services: {db: {container_name: forum_db_1, image: "docker.io/library/postgres:17"}}`,
  ],
  [
    "a variable's default",
    "services:\r\n    db:\r\n        image: docker.io/library/postgres:${TAG:-15}\r\n",
    "services:\r\n    db:\r\n        image: docker.io/library/postgres:${TAG:-17}\r\n",
  ],
  [
    "what another service is merged from",
    "x-all: &all\n  restart: no\nservices:\n  db:\n    <<: *all\n    image: docker.io/library/postgres:15",
    "x-all: &all\n  restart: no\nservices:\n  db:\n    <<: *all\n    image: docker.io/library/postgres:17",
  ],
];

for (const [what, before, after] of SHAPES) {
  Deno.test(`placeCompose() with ${what}`, async () => {
    assertEquals(
      await result(WISH, { files: { [FILE]: before } }),
      { [FILE]: after },
    );
  });
}

Deno.test("placeCompose() changes the variable that holds the tag", async () => {
  const files = { [FILE]: BY_VARIABLE, [`${HOME}/.env`]: ENV };
  assertEquals(await result(WISH, { files }), {
    ...files,
    [`${HOME}/.env`]: ENV.replace('PG_TAG="15"', 'PG_TAG="17"'),
  });
  const twice = BY_VARIABLE.replace("forum:15", "forum:$PG_TAG");
  assertEquals(
    await result(WISH, { files: { ...files, [FILE]: twice } }),
    `PG_TAG in "${HOME}/.env" decides on more than this image`,
  );
});

Deno.test("placeCompose() takes the file that has the last word", async () => {
  const more = "services:\n  db:\n    image: docker.io/library/postgres:15\n";
  const files = {
    [FILE]: TEXT.replace(IMAGE, "postgres:13"),
    [`${HOME}/compose.override.yaml`]: more,
  };
  const wanted = {
    ...files,
    [`${HOME}/compose.override.yaml`]: more.replace("15", "17"),
  };
  assertEquals(await result(WISH, { files }), wanted);
  const command = [
    ...["docker", "compose", "-f", "forum/compose.yaml"],
    ...["--file=/srv/forum/compose.override.yaml", "up"],
  ];
  assertEquals(await result(WISH, { files, command, home: "/srv" }), wanted);
});

const REFUSED: readonly (readonly [string, Given, string])[] = [
  [
    "no compose",
    { command: ["/bin/true"] },
    "The unit's command is no compose that brings services up",
  ],
  ["no file", { files: {} }, `There is no compose file in "${HOME}"`],
  [
    "no such service",
    { files: { [FILE]: TEXT.replace("  db:", "  pg:") } },
    `Cannot find the service of "forum_db_1" in "${FILE}"`,
  ],
  [
    "another image",
    { files: { [FILE]: TEXT.replace(IMAGE, "example.org/postgres:15") } },
    "The service db names example.org/postgres:15, not docker.io/library/postgres:15, which runs",
  ],
  [
    "an image of nobody knows where",
    { files: { [FILE]: TEXT.replace(IMAGE, "postgres:$TAG") } },
    `Cannot read the image of the service db in "${FILE}": TAG is set in no file. Write it into "${HOME}/.env", as it was when the project was brought up`,
  ],
  [
    "what another service has by an anchor",
    {
      files: {
        [FILE]: TEXT.replace("db:   #", "db: &db  #") + "  other: *db\n",
      },
    },
    `"docker.io/library/postgres:15" in "${FILE}" is said there of other as well`,
  ],
  [
    "what is no YAML",
    { files: { [FILE]: `${TEXT}    - x: y\nz\n` } },
    `"${FILE}" cannot be read: line 16: A block sequence may not be used as an implicit map key`,
  ],
  [
    "a mount that is not plain",
    { files: { [FILE]: TEXT.replace("./data:", "$DATA:") } },
    `Cannot find one "/srv/forum/data:/var/lib/postgresql/data" in "${FILE}"`,
  ],
];

for (const [what, given, problem] of REFUSED) {
  Deno.test(`placeCompose() refuses ${what}`, async () => {
    assertEquals(await result(TO_18, given), problem);
  });
}

Deno.test("What the unit would run stands in the compose file", async () => {
  const text = TEXT.replace(
    `POSTGRES_PASSWORD: "docker.io/library/postgres:15"`,
    "PGDATA: /var/lib/postgresql/data/own",
  );
  const ports = portsWith({ files: { [FILE]: text } });
  const line = await runLineOf(ports, UNIT, "forum_db_1");
  assertEquals(line?.image.text, "docker.io/library/postgres:15");
  assertEquals(
    line?.mounts.map((it) => [it.source, it.mountPath]),
    [
      ["/srv/forum/data", "/var/lib/postgresql/data"],
      ["/run/forum", "/var/run/postgresql"],
    ],
  );
  assertEquals(line?.env, { PGDATA: "/var/lib/postgresql/data/own" });
});

Deno.test("composeUp() knows compose by its words", () => {
  const none = {
    files: [],
    directory: undefined,
    project: undefined,
    envFile: undefined,
  };
  assertEquals(composeUp(["docker-compose", "up"]), { ...none, services: [] });
  assertEquals(
    composeUp(["podman", "compose", "-p", "x", "up", "-t", "5", "-d", "a"]),
    { ...none, project: "x", services: ["a"] },
  );
  assertEquals(
    composeUp([
      ...["docker", "compose", "--env-file=e", "--project-directory", "/d"],
      ...["-f", "a", "-f", "b", "up", "--build", "--pull=always"],
    ]),
    {
      ...none,
      files: ["a", "b"],
      directory: "/d",
      envFile: "e",
      services: [],
    },
  );
  for (
    const words of [
      ["docker", "run", "compose", "up"],
      ["docker", "compose", "down"],
      ["podman-compose"],
      ["/bin/sh", "-c", "podman-compose up"],
    ]
  ) assertEquals(composeUp(words), undefined);
});

/** What the volume "data" of the service is really called. */
async function realName(
  bottom: string,
  { command = UP, home = HOME }: Given = {},
) {
  const text = TEXT.replace("./data:", "data:") + bottom;
  const files = { [`${home}/compose.yaml`]: text };
  const project = await projectOf(portsWith({ command, home, files }), UNIT);
  const service = project && serviceOf(project, "forum_db_1");
  return service?.mounts[0]?.source;
}

Deno.test("A volume has the project's name before its own, unless the file says otherwise", async () => {
  assertEquals(await realName("volumes:\n  data:\n"), "forum_data");
  assertEquals(await realName("volumes: {data: {external: true}}\n"), "data");
  assertEquals(
    await realName("volumes: {data: {name: forum-of-old}}\n"),
    "forum-of-old",
  );
  assertEquals(
    await realName("name: board\nvolumes: {data: {}}\n"),
    "board_data",
  );
  assertEquals(
    await realName("volumes: {data: {}}\n", { home: "/srv/My.Forum" }),
    "myforum_data",
  );
  assertEquals(
    await realName("volumes: {data: {}}\n", {
      command: ["docker", "compose", "-p", "other", "up"],
    }),
    "other_data",
  );
});
