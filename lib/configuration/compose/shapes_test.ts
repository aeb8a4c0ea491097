import { assertEquals } from "@std/assert";
import type { Maker } from "../../../journal/plan.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { assertGoldenFile, goldenNames } from "../../../tests/sample/golden.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import type { Unit } from "../../port/units.ts";
import { type EditPlan, findPlace } from "../find.ts";
import type { EditTarget } from "../target.ts";

/**
 * Compose files as people write them, and what becomes of each: the diff, or
 * why there is none. `-- --update` writes them anew; read the change.
 */
interface Shape {
  readonly files: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly to?: string;
  /** Of the container's labels; none: a unit brings the project up. */
  readonly maker?: Partial<Maker>;
  readonly unit?: { readonly directory: string; readonly words: string };
  readonly mount?: EditTarget["mount"];
  readonly container?: string;
}

const HOME = "/srv/forum";
const FILE = `${HOME}/compose.yaml`;
const HASH = "c0ffee";
const MAKER: Maker = {
  tool: "docker compose",
  project: "forum",
  service: "db",
  directory: HOME,
  files: [FILE],
  envFiles: [],
  hash: HASH,
};
const TO_18: EditTarget["mount"] = {
  volume: "forum_db",
  fromPath: "/var/lib/postgresql/data",
  toPath: "/var/lib/postgresql",
};
const VOLUME = "db:/var/lib/postgresql/data";
const FLOW = `services: # all of it
  db: {image: "postgres:15", volumes: [${VOLUME}], restart: always} # ours
  web: {image: busybox:stable, depends_on: [db]}
volumes: {db: }
`;
const ANCHORS = `x-db: &db
  image: postgres:15 # of both
  restart: unless-stopped
services:
  db:
    <<: *db
    volumes: [${VOLUME}]
  billing-db:
    <<: *db
    volumes: [billing:/var/lib/postgresql/data]
`;
const OWN_ANCHOR = ANCHORS.slice(0, ANCHORS.indexOf("  billing-db"));
const ALIAS = `x-image: &image 'postgres:15'
services:
  db:
    image: *image
    volumes:
      - ${VOLUME}
`;
const SERVICE = (image: string) =>
  `services:\n  db:\n    image: ${image}\n    volumes: ["${VOLUME}"]\n`;

const SHAPES: Readonly<Record<string, Shape>> = {
  "flow-style": { files: { [FILE]: FLOW }, mount: TO_18, to: "18" },
  "anchor-of-two": { files: { [FILE]: ANCHORS } },
  "anchor-of-one": { files: { [FILE]: OWN_ANCHOR } },
  "alias": { files: { [FILE]: ALIAS } },
  "extends-in-file": {
    files: {
      [FILE]:
        `services:\n  base: {image: "postgres:15"}\n  db: {extends: base}\n`,
    },
  },
  "extends-other-file": {
    files: {
      [FILE]:
        `services:\n  db:\n    extends: {file: common/db.yaml, service: pg}\n`,
      [`${HOME}/common/db.yaml`]:
        `services:\n  pg:\n    image: postgres:15 # common\n    volumes: [./data:/var/lib/postgresql/data]\n`,
    },
    mount: { ...TO_18, volume: `${HOME}/common/data` },
    to: "18",
  },
  "include": {
    files: {
      [FILE]: `include:\n  - db/compose.yaml\nservices: {}\n`,
      [`${HOME}/db/compose.yaml`]: SERVICE("postgres:${TAG}"),
      [`${HOME}/db/.env`]: "TAG=15\n",
    },
  },
  "several-files": {
    files: {
      [FILE]: SERVICE("postgres:13"),
      [`${HOME}/prod.yaml`]: "services:\n  db:\n    image: postgres:15\n",
    },
    maker: { files: [FILE, `${HOME}/prod.yaml`] },
  },
  "override-tag": {
    files: {
      [FILE]: SERVICE("postgres:15"),
      [`${HOME}/prod.yaml`]: "services:\n  db:\n    volumes: !override []\n",
    },
    maker: { files: [FILE, `${HOME}/prod.yaml`] },
  },
  "default": { files: { [FILE]: SERVICE("postgres:${X:-15}") } },
  "required": {
    files: {
      [FILE]: SERVICE("postgres:${X:?not set}"),
      [`${HOME}/.env`]: "# ours\nX='15'  # the database\n",
    },
  },
  "required-and-not-set": {
    files: { [FILE]: SERVICE("postgres:${X:?not set}") },
  },
  "env-file-option": {
    files: {
      [FILE]: SERVICE("postgres:$X"),
      "/etc/forum.env": "X=15\n",
      [`${HOME}/.env`]: "X=13\n",
    },
    maker: { envFiles: ["/etc/forum.env"] },
  },
  "variable-of-two": {
    files: {
      [FILE]: `${SERVICE("postgres:$X")}    labels: ["tag=$X"]\n`,
      [`${HOME}/.env`]: "X=15\n",
    },
  },
  "digest": {
    files: { [FILE]: SERVICE(`postgres:15@sha256:${"a".repeat(64)}`) },
    image: `postgres:15@sha256:${"a".repeat(64)}`,
  },
  "build": {
    files: {
      [FILE]: "services:\n  db:\n    build: {context: ./db}\n",
    },
  },
  "short-name": {
    files: { [FILE]: SERVICE("postgres:15") },
    image: "docker.io/library/postgres:15",
    to: "docker.io/library/postgres:17",
  },
  "made-of-something-else": {
    files: { [FILE]: SERVICE("postgres:15") },
    maker: { hash: "another" },
  },
  "podman-compose": {
    files: {
      [FILE]: `${
        SERVICE("postgres:${X:-15}")
      }    environment: {A: "$$B", C: "\${D:-}"}\n`,
    },
    maker: { tool: "podman-compose", hash: "" },
  },
  "value-of-a-shell": {
    files: {
      [FILE]: `${
        SERVICE("postgres:15")
      }    environment: {POSTGRES_PASSWORD: $PW}\n`,
    },
    maker: { tool: "podman-compose", hash: "" },
  },
  "settings-in-env": {
    files: {
      "/srv/tracker/docker/docker-compose.yml": SERVICE("postgres:${V:-17}"),
      "/srv/tracker/docker/prod.yml": "services: {db: {shm_size: 256m}}\n",
      "/srv/tracker/docker/.env":
        "COMPOSE_PROJECT_NAME=prod-tracker\nCOMPOSE_FILE=docker-compose.yml:prod.yml\nV=15\n",
    },
    unit: { directory: "/srv/tracker/docker", words: "docker compose up -d" },
    container: "prod-tracker-db-1",
    mount: { ...TO_18, volume: "prod-tracker_db" },
    to: "18",
  },
  "template-unit": {
    files: { "/etc/docker/compose/forum/compose.yaml": FLOW },
    unit: {
      directory: "/etc/docker/compose/forum",
      words: "/usr/bin/docker compose up -d --remove-orphans",
    },
    mount: TO_18,
    to: "18",
  },
};

function portsFor({ files, unit }: Shape) {
  const shown: Partial<Unit> = { directory: unit?.directory ?? "/" };
  return portsOf({
    files: new MemoryFiles(files),
    containers: {
      named: () => Promise.resolve([]),
      inspect: () => Promise.resolve(undefined),
    },
    host: {
      run: () =>
        Promise.resolve({ code: 0, stdout: `db ${HASH}\n`, stderr: "" }),
    },
    units: {
      commands: () => Promise.resolve([(unit?.words ?? "").split(" ")]),
      show: () => Promise.resolve(new Map([["u.service", shown as Unit]])),
    },
  });
}

async function placed(shape: Shape): Promise<EditPlan> {
  const { image = "postgres:15", maker, mount, to = "17", unit } = shape;
  return await findPlace(
    { kind: "compose", hostname: "host" },
    {
      container: shape.container ?? "forum-db-1",
      from: { image, tag: "15" },
      to: { image: to.includes(":") ? to : `postgres:${to}`, tag: to },
      ...(mount === undefined ? {} : { mount }),
      ...(unit === undefined ? { maker: { ...MAKER, ...maker } } : {}),
    },
    "u.service",
    portsFor(shape),
  );
}

for (const [name, shape] of Object.entries(SHAPES)) {
  Deno.test(`A compose file as people write it: ${name}`, async () => {
    const it = await placed(shape);
    assertGoldenFile(
      `compose/${name}.txt`,
      it.kind === "placed"
        ? [it.found, it.diff, `$ ${it.rebuild}`].join("\n")
        : [it.problem, ...it.byHand.map((line) => `  ${line}`)].join("\n"),
    );
  });
}

Deno.test("Each golden text of a compose file is a shape's", () => {
  assertEquals(goldenNames("compose"), Object.keys(SHAPES).toSorted());
});
