import { assertEquals, assertStringIncludes } from "@std/assert";
import { sampleFacts, sampleLive } from "../../../tests/sample/found.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { ofShop } from "../../../tests/sample/troubled_host.ts";
import { toBase64 } from "../../base/base64.ts";
import type { Container, ImageFacts } from "../../port/containers.ts";
import { layoutOf, letInBy } from "./layouts.ts";
import { leavingOf, settledIn } from "./leaving.ts";

const DATA = "/bitnami/postgresql/data";
const CONF = "/opt/bitnami/postgresql/conf";
const RUN = ["/opt/bitnami/scripts/postgresql/run.sh"];

const FILE = "/srv/shop/compose.yaml";

const image = (env: ImageFacts["env"]): ImageFacts => ({
  id: "1",
  digest: "",
  env,
  volumes: [],
  command: RUN,
});
const FROM = image({ BITNAMI_APP_NAME: "postgresql", LANG: "en_US.UTF-8" });
const OFFICIAL = image({ PG_MAJOR: "17" });

const container = (change: Partial<Container> = {}): Container => ({
  ...sampleFacts().container,
  image: "docker.io/bitnami/postgresql:15",
  command: RUN,
  env: { BITNAMI_APP_NAME: "postgresql", POSTGRESQL_PASSWORD: "secret" },
  ...change,
});

async function leave(
  {
    change = {},
    compose = "",
    hba = "local all all md5\n",
    port = 5432,
    to = OFFICIAL,
  }: {
    change?: Partial<Container>;
    compose?: string;
    hba?: string;
    port?: number;
    to?: ImageFacts;
  } = {},
  settings: readonly (readonly [string, string])[] = [["work_mem", "9MB"]],
) {
  const stdout = JSON.stringify({
    settings,
    hba: toBase64(hba),
    ident: null,
    dataDirectory: DATA,
    port,
  });
  return await leavingOf(
    {
      container: container(change),
      server: sampleLive({
        dataDirectory: DATA,
        configurationFiles: [
          `${CONF}/postgresql.conf`,
          `${CONF}/pg_hba.conf`,
          `${DATA}/pg_ident.conf`,
        ],
      }),
    },
    { from: FROM, to },
    portsOf({
      files: {
        readText: (path) =>
          Promise.resolve(
            path === FILE
              ? compose
              : path.endsWith(".sql")
              ? "select 1"
              : undefined,
          ),
        look: () => Promise.resolve(undefined),
      },
      containers: {
        exec: () => Promise.resolve({ code: 0, stdout, stderr: "" }),
      },
    }),
  );
}

Deno.test("Bitnami's image is known by its name and by a mirror's, and the official one is not it", () => {
  const what = (change: Partial<Container>) =>
    layoutOf({ env: {}, image: "a", mounts: [], ...change })?.what;
  const mounts: Container["mounts"] = [
    {
      kind: "volume",
      name: "v",
      source: "/v",
      mountPath: "/bitnami/postgresql/",
    },
  ];
  for (
    const name of [
      "docker.io/bitnami/postgresql:15",
      "bitnamilegacy/postgresql",
      "registry.example:5000/bitnamisecure/postgresql@sha256:00",
    ]
  ) assertEquals(what({ image: name }), "Bitnami's", name);
  assertEquals(what({ mounts }), "Bitnami's");
  assertEquals(
    what({ env: { BITNAMI_APP_NAME: "postgresql" } }),
    "Bitnami's",
  );
  assertEquals(what({ mounts, env: { PG_MAJOR: "17" } }), undefined);
  assertEquals(what({ image: "postgres:17" }), undefined);
});

Deno.test("Its superuser's password has another name afterwards, by itself and in a file; another user's has none", async () => {
  const variables = async (env: Record<string, string>) =>
    (await leave({ change: { env } }))?.leaves.variables.map((it) =>
      `${it.old} ${it.new}`
    );
  assertEquals(
    await variables({
      POSTGRESQL_PASSWORD: "x",
      POSTGRESQL_DATABASE: "d",
      LANG: "de",
    }),
    [
      "POSTGRESQL_PASSWORD POSTGRES_PASSWORD",
      "POSTGRESQL_DATABASE POSTGRES_DB",
    ],
  );
  assertEquals(
    await variables({
      POSTGRESQL_USERNAME: "app",
      POSTGRESQL_PASSWORD: "x",
      POSTGRESQL_POSTGRES_PASSWORD_FILE: "/run/secrets/p",
      ALLOW_EMPTY_PASSWORD: "no",
    }),
    [
      "POSTGRESQL_USERNAME ",
      "POSTGRESQL_PASSWORD ",
      "POSTGRESQL_POSTGRES_PASSWORD_FILE POSTGRES_PASSWORD_FILE",
      "ALLOW_EMPTY_PASSWORD ",
    ],
  );
});

Deno.test("What no way carries is refused with words", async () => {
  const why = async (...asked: Parameters<typeof leave>) =>
    (await leave(...asked))?.blocker?.[0];
  assertEquals(await why(), undefined);
  assertEquals(await why({ port: 5433 }), "its server listens at port 5433");
  assertEquals(
    await why({}, [["ssl", "on"], ["ssl_key_file", "/certs/tls.key"]]),
    "it serves TLS by files that are its own user's (/certs/tls.key)",
  );
  assertEquals(
    await why({ hba: "host all @admins 0.0.0.0/0 md5\n" }),
    'its pg_hba.conf reads another file ("@admins")',
  );
  assertEquals(
    await why({ hba: "# @admins\ninclude_if_exists more.conf\n" }),
    'its pg_hba.conf reads another file ("include_if_exists more.conf")',
  );
  assertEquals(
    await why({ change: { command: [...RUN, "-c", "work_mem=1MB"] } }),
    "it runs a command of its own (/opt/bitnami/scripts/postgresql/run.sh -c work_mem=1MB)",
  );
  assertEquals(
    await why({ change: { user: "2000:2000" } }),
    "it runs as a user of its own (2000:2000)",
  );
  const ofCompose = (more: string) => ({
    change: { labels: ofShop("db") },
    compose: `services:\n  db:\n    image: bitnami/postgresql:15\n${more}`,
  });
  assertEquals(await why(ofCompose("")), undefined);
  assertEquals(
    await why(ofCompose('    user: "1001"\n')),
    "the service db in /srv/shop/compose.yaml says a user, and the official image's data are another one's",
  );
  assertEquals(
    await why({ to: FROM }),
    "the new image is not the official one, nor made from it, and the old one is Bitnami's",
  );
});

Deno.test("The data's owner on the disk is who its server runs as", () => {
  const { from } = sampleFacts();
  const leaving = { leaves: { what: "", variables: [] }, left: [] } as never;
  const owner = { clusterOwner: { uid: 1001, gid: 0, mode: 0o700 } };
  assertEquals(settledIn(leaving, from, owner).from?.uid, 1001);
  assertEquals(settledIn(leaving, from, owner).from?.gid, 0);
  assertEquals(settledIn(undefined, from, owner), {});
});

Deno.test("Where its superuser has no password it is said how to let it in", () => {
  assertStringIncludes(
    letInBy(container()) ?? "",
    `sed -i "1i local all postgres trust" ${CONF}/pg_hba.conf; pg_ctl reload -D ${DATA}`,
  );
  assertEquals(letInBy(sampleFacts().container), undefined);
});
