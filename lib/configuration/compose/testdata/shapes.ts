import type { Maker } from "../../../../journal/plan.ts";
import type { EditTarget } from "../../target.ts";

/**
 * Compose files as people write them, and what becomes of each: the diff, or
 * why there is none. `-- --update` writes them again; read the change.
 */
export interface Shape {
  readonly files: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly to?: string;
  /** Of the container's labels; none: a unit brings the project up. */
  readonly maker?: Partial<Maker>;
  readonly unit?: {
    readonly directory: string;
    readonly words: string;
    readonly variables?: Readonly<Record<string, string>>;
    readonly environmentFiles?: readonly string[];
  };
  /** Another project's, of which a container is there. */
  readonly other?: Partial<Maker>;
  /** The checksum that a person's shell alone would make. */
  readonly shell?: true;
  readonly mount?: EditTarget["mount"];
  readonly container?: string;
}

const HOME = "/srv/forum";
const FILE = `${HOME}/compose.yaml`;
const DEPLOYED = `${HOME}/deploy/compose.yaml`;
export const HASH = "c0ffee";
export const MAKER: Maker = {
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

export const SHAPES: Readonly<Record<string, Shape>> = {
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
  "default-in-a-default": {
    files: { [FILE]: SERVICE("${PG_IMAGE:-postgres:${PG_V:-15}}") },
  },
  "default-in-a-default-whose-variable-is-set": {
    files: {
      [FILE]: SERVICE("${PG_IMAGE:-postgres:${PG_V:-13}-${S:-alpine}}"),
      [`${HOME}/.env`]: "PG_V=15\n",
    },
    image: "postgres:15-alpine",
    to: "postgres:17-alpine",
  },
  "default-that-a-variable-replaces": {
    files: {
      [FILE]: SERVICE("${PG_IMAGE:-postgres:${PG_V:-13}}"),
      [`${HOME}/.env`]: "PG_IMAGE=postgres:15\nPG_V=12\n",
    },
  },
  // It is for the container's own variables: a file has none of it.
  "env-file-of-the-service": {
    files: {
      [FILE]: SERVICE("postgres:${X:-15}\n    env_file: db.env"),
      [`${HOME}/db.env`]: "X=15\n",
    },
  },
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
  // Compose reads that of the directory where it is typed, and both.
  "compose-file-of-the-directory-above": {
    files: {
      [DEPLOYED]: SERVICE("postgres:${X:-13}"),
      [`${HOME}/.env`]: "COMPOSE_FILE=deploy/compose.yaml\nX=15\n",
      [`${HOME}/deploy/.env`]: "X=13\n",
    },
    maker: { directory: `${HOME}/deploy`, files: [DEPLOYED] },
  },
  "compose-file-of-another-project-above": {
    files: {
      [DEPLOYED]: SERVICE("postgres:${X:-15}"),
      [`${HOME}/.env`]: "COMPOSE_FILE=other/compose.yaml\nX=13\n",
    },
    maker: { directory: `${HOME}/deploy`, files: [DEPLOYED] },
  },
  "unit-above-its-compose-file": {
    files: {
      [DEPLOYED]: SERVICE("postgres:${X:-13}"),
      [`${HOME}/.env`]: "COMPOSE_FILE=deploy/compose.yaml\n",
      [`${HOME}/deploy/.env`]: "X=15\nCOMPOSE_PROJECT_NAME=forum\n",
    },
    unit: { directory: HOME, words: "docker compose up -d" },
    mount: TO_18,
    to: "18",
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
  "unit-that-sets-the-variable": {
    files: { [FILE]: SERVICE("postgres:${V:-13}") },
    unit: {
      directory: HOME,
      words: "docker compose up -d",
      variables: { V: "15" },
    },
  },
  "unit-that-reads-the-variables": {
    files: { [FILE]: SERVICE("postgres:$V"), [`${HOME}/.env`]: "V=15\n" },
    unit: {
      directory: HOME,
      words: "docker compose up -d",
      environmentFiles: [`${HOME}/.env`],
    },
  },
  "unit-with-a-program-of-its-own": {
    files: { [FILE]: SERVICE("postgres:15") },
    unit: { directory: "/", words: "/opt/up.sh" },
    maker: {},
  },
  "container-of-another-name": {
    files: { [FILE]: `${SERVICE("postgres:15")}  db2: {image: "x:1"}\n` },
    unit: { directory: HOME, words: "docker compose up -d" },
    maker: {},
    container: "5b3d7d7ed196_forum-db-1",
  },
  "file-of-two-projects": {
    files: { [FILE]: SERVICE("postgres:15") },
    other: {},
  },
  "variables-of-two-projects": {
    files: {
      [FILE]: SERVICE("postgres:$X"),
      [`${HOME}/b.yaml`]: SERVICE("postgres:$X"),
      [`${HOME}/.env`]: "X=15\n",
    },
    other: { files: [`${HOME}/b.yaml`] },
  },
  "variables-that-another-project-does-not-use": {
    files: {
      [FILE]: SERVICE("postgres:$X"),
      [`${HOME}/b.yaml`]: SERVICE("postgres:$Y"),
      [`${HOME}/.env`]: "X=15\nY=13\n",
    },
    other: { files: [`${HOME}/b.yaml`] },
  },
  "value-of-a-shell-by-docker": {
    files: { [FILE]: SERVICE("postgres:15") },
    shell: true,
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
