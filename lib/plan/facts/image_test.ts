import { assertEquals } from "@std/assert";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { samplePlan, samplePlanTo18 } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { Failure } from "../../base/failure.ts";
import type { ImageFacts } from "../../port/containers.ts";
import { PortError } from "../../port/ports.ts";
import { isBelow } from "../../run/data_mount.ts";
import {
  imageOf,
  libcIn,
  newestOf,
  placeOf,
  requireImage,
  setPgdata,
  withTag,
} from "./image.ts";

const { from } = samplePlan();
const DATA = "/var/lib/postgresql/data";

const FACTS: ImageFacts = {
  id: "17aa".repeat(16),
  digest: `sha256:${"17bb".repeat(16)}`,
  env: { PGDATA: DATA },
  volumes: [DATA],
};

const FACTS_18: ImageFacts = {
  ...FACTS,
  env: { PGDATA: "/var/lib/postgresql/18/docker" },
  volumes: ["/var/lib/postgresql"],
};

const TAGS: readonly (readonly [string, string])[] = [
  ["postgres", "postgres:17"],
  ["postgres:15", "postgres:17"],
  ["docker.io/library/postgres:15-alpine", "docker.io/library/postgres:17"],
  [`postgres@sha256:${"ab".repeat(32)}`, "postgres:17"],
  [`postgres:15@sha256:${"ab".repeat(32)}`, "postgres:17"],
  // A registry's port is no tag.
  ["localhost:5000/postgres", "localhost:5000/postgres:17"],
  ["localhost:5000/team/postgres:15", "localhost:5000/team/postgres:17"],
  [
    `[::1]:5000/postgres:15@sha256:${"ab".repeat(32)}`,
    "[::1]:5000/postgres:17",
  ],
];

for (const [reference, tagged] of TAGS) {
  Deno.test(`The tag 17 of ${reference}`, () => {
    assertEquals(withTag(reference, "17"), tagged);
  });
}

Deno.test("A path lies below its directory and itself, not below a namesake", () => {
  assertEquals(isBelow(DATA, DATA), true);
  assertEquals(isBelow(`${DATA}/pgdata`, DATA), true);
  assertEquals(isBelow(`${DATA}2`, DATA), false);
  assertEquals(isBelow("/var/lib", DATA), false);
});

Deno.test("Where the new image's data lie: as before, up to 17", () => {
  assertEquals(placeOf(undefined, from, FACTS), { pgdata: DATA, inner: DATA });
});

Deno.test("From 18 on the image wants the volume one level up", () => {
  assertEquals(placeOf(undefined, from, FACTS_18), {
    pgdata: "/var/lib/postgresql/18/docker",
    inner: "/var/lib/postgresql",
  });
});

Deno.test("Where the volume is one level up already, it stays", () => {
  const { to } = samplePlanTo18();
  assertEquals(placeOf(undefined, to, FACTS_18), {
    pgdata: "/var/lib/postgresql/18/docker",
    inner: "/var/lib/postgresql",
  });
});

Deno.test("A PGDATA that the operator has set stays, with the mount around it", () => {
  for (const facts of [FACTS, FACTS_18]) {
    assertEquals(placeOf(`${DATA}/pgdata`, from, facts), {
      pgdata: `${DATA}/pgdata`,
      inner: DATA,
    });
  }
});

Deno.test("An image that says nothing keeps the old place", () => {
  const silent = { ...FACTS, env: {}, volumes: [] };
  assertEquals(placeOf(undefined, from, silent), { pgdata: DATA, inner: DATA });
  // Data outside any volume: the directory itself is to be mounted.
  assertEquals(placeOf("/pg", from, silent), { pgdata: "/pg", inner: "/pg" });
});

Deno.test("A PGDATA is the operator's where the container's is not the image's", () => {
  const { container } = sampleFacts();
  const withEnv = (env: Record<string, string>) => ({ ...container, env });
  assertEquals(setPgdata(withEnv({ PGDATA: DATA }), FACTS), undefined);
  assertEquals(setPgdata(withEnv({ PGDATA: "/pg" }), FACTS), "/pg");
  assertEquals(setPgdata(withEnv({ PGDATA: DATA }), undefined), DATA);
  assertEquals(setPgdata(withEnv({}), FACTS), undefined);
});

const PROBE = (version: string, tools = "/bin/a\n/bin/b\n/bin/c") =>
  `${version}\n999\n998\nx86_64\n${tools}\nldd (GNU libc) 2.41\nCopyright\n`;

function imageWith(stdout: string, facts: ImageFacts | undefined = FACTS) {
  const probe = (id: string) => {
    assertEquals(id, FACTS.id);
    return Promise.resolve({ code: 0, stdout, stderr: "" });
  };
  return imageOf(portsOf({ containers: { probe } }), {
    reference: "postgres:17",
    facts,
    pgdata: `${DATA}/pgdata`,
    inner: DATA,
  });
}

const VERSIONS: readonly (readonly [string, string, number])[] = [
  ["postgres (PostgreSQL) 17.6 (Debian 17.6-1.pgdg13+1)", "17.6", 17],
  ["postgres (PostgreSQL) 18beta1", "18beta1", 18],
  ["postgres (PostgreSQL) 18rc2 (Debian 18~rc2-1)", "18rc2", 18],
  ["postgres (PostgreSQL) 19devel", "19devel", 19],
  ["postgres (PostgreSQL) 9.6.24", "9.6", 9],
];

for (const [line, version, major] of VERSIONS) {
  Deno.test(`The version of an image that says "${line}"`, async () => {
    const { image, libc, machine } = await imageWith(PROBE(line));
    assertEquals([machine, libc], ["x86_64", "glibc 2.41"]);
    assertEquals(image, {
      reference: "postgres:17",
      id: FACTS.id,
      digest: FACTS.digest,
      version,
      major,
      pgdata: `${DATA}/pgdata`,
      inner: DATA,
      cluster: "pgdata",
      uid: 999,
      gid: 998,
    });
  });
}

Deno.test("An image without a server, or without its tools, is none of PostgreSQL", async () => {
  for (
    const stdout of [
      "",
      "bash: line 1: postgres: command not found\n",
      PROBE("postgres (PostgreSQL) 17.6", "/bin/pg_dump"),
    ]
  ) {
    const { exit, message } = await rejectedBy(
      () => imageWith(stdout),
      Failure,
    );
    assertEquals([exit, message], [
      3,
      'Cannot upgrade "postgres:17": the image has no PostgreSQL server with its tools',
    ]);
  }
});

Deno.test("An image that was removed under the container is missed", async () => {
  const gone = imageOf(portsOf({}), {
    reference: "postgres:15",
    facts: undefined,
    pgdata: DATA,
    inner: DATA,
  });
  const { message } = await rejectedBy(() => gone, Failure);
  assertEquals(message, 'Cannot get the image "postgres:15": it is gone');
});

Deno.test("The target image is pulled only where it is not here", async () => {
  const pulled: string[] = [];
  const containers = (here: boolean) => ({
    image: () => Promise.resolve(here || pulled.length > 0 ? FACTS : undefined),
    pull: (reference: string) => {
      pulled.push(reference);
      return Promise.resolve();
    },
  });
  const require = (here: boolean) =>
    requireImage("postgres:17", portsOf({ containers: containers(here) }));
  assertEquals([await require(true), pulled], [FACTS, []]);
  assertEquals([await require(false), pulled], [FACTS, ["postgres:17"]]);
});

Deno.test("A pull that fails is a refusal; one that brings nothing, too", async () => {
  const image = () => Promise.resolve(undefined);
  const cases = [
    {
      pull: () => Promise.reject(new PortError("manifest unknown")),
      message: 'Cannot get the image "postgres:99": manifest unknown',
    },
    {
      pull: () => Promise.resolve(),
      message:
        'Cannot get the image "postgres:99": it was pulled and is not there',
    },
  ];
  for (const { message, pull } of cases) {
    const ports = portsOf({ containers: { image, pull } });
    const failure = await rejectedBy(
      () => requireImage("postgres:99", ports),
      Failure,
    );
    assertEquals([failure.message, failure.exit], [message, 3]);
    assertEquals(
      failure.hint,
      "Nothing was changed. Check the tag, or name the whole image with --image",
    );
  }
});

/** A host with one image under that name, and a registry with another. */
function withRegistry(here: string, there: string | undefined) {
  const NAME = "docker.io/library/postgres:17";
  let name = here;
  const told: string[] = [];
  const ports = portsOf({
    containers: {
      image: (reference) =>
        Promise.resolve(
          reference === NAME ? { ...FACTS, id: name } : undefined,
        ),
      pull() {
        told.push("pull");
        if (there === undefined) throw new PortError("no way there");
        name = there;
        return Promise.resolve();
      },
      tag(id, reference) {
        told.push(`tag ${id} ${reference}`);
        name = id;
        return Promise.resolve();
      },
    },
    host: { say: (line) => told.push(line) },
  });
  const ask = `Asking the registry for a newer "${NAME}"`;
  const newest = async () => (await newestOf(NAME, "old", ports)).id;
  return { newest, told, ask, tag: `tag old ${NAME}` };
}

Deno.test("A floating tag: what it stands for at the registry, while the name stays", async () => {
  const host = withRegistry("old", "new");
  assertEquals(await host.newest(), "new");
  assertEquals(host.told, [host.ask, "pull", host.tag]);
});

Deno.test("A floating tag that stands for the same there is nothing new", async () => {
  const host = withRegistry("old", "old");
  assertEquals(await host.newest(), "old");
  assertEquals(host.told, [host.ask, "pull"]);
});

Deno.test("A floating tag that has moved here already is not asked for", async () => {
  const host = withRegistry("new", undefined);
  assertEquals(await host.newest(), "new");
  assertEquals(host.told, []);
});

Deno.test("Where the registry cannot be asked, it is said", async () => {
  const host = withRegistry("old", undefined);
  assertEquals(await host.newest(), "old");
  assertEquals(host.told, [
    host.ask,
    "pull",
    "It cannot be asked: no way there",
  ]);
});

for (
  const [printed, libc] of [
    ["ldd (Debian GLIBC 2.41-12) 2.41\nCopyright (C)\n", "glibc 2.41"],
    ["musl libc (x86_64)\nVersion 1.2.5\n", "musl 1.2.5"],
    ["", "glibc unknown"],
  ] as const
) {
  Deno.test(`The C library of an image whose ldd prints ${JSON.stringify(printed)}`, () => {
    assertEquals(libcIn(printed), libc);
  });
}
