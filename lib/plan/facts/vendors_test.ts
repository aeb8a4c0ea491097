import { assertEquals } from "@std/assert";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { Failure } from "../../base/failure.ts";
import type { Container } from "../../port/containers.ts";
import { refuseVendor, vendorOf } from "./vendors.ts";

const look = (change: Partial<Container>) =>
  vendorOf({ ...sampleFacts().container, ...change })?.what;

const mounted = (mountPath: string, name = ""): Partial<Container> => ({
  mounts: [{ kind: "volume", name, source: "/srv/data", mountPath }],
});

/** Each by what its vendor calls it, and by a mirror's name for it. */
const OF: readonly {
  readonly what: string;
  readonly names: readonly string[];
  readonly layout: Partial<Container>;
}[] = [
  {
    what: "Bitnami's with repmgr",
    names: [
      "docker.io/bitnami/postgresql-repmgr:15.3.0-debian-11-r0",
      "bitnamilegacy/postgresql-repmgr",
    ],
    layout: { env: { BITNAMI_APP_NAME: "postgresql-repmgr" } },
  },
  {
    what: "Supabase's",
    names: ["supabase/postgres:15.8.1.060", "public.ecr.aws/supabase/postgres"],
    layout: mounted("/etc/postgresql-custom"),
  },
  {
    what: "Red Hat's or sclorg's",
    names: [
      "quay.io/sclorg/postgresql-15-c9s:latest",
      "registry.redhat.io/rhel9/postgresql-16",
      "docker.io/centos/postgresql-12-centos7",
      "quay.io/fedora/postgresql-16",
    ],
    layout: {
      env: {
        CONTAINER_SCRIPTS_PATH: "/usr/share/container-scripts/postgresql",
      },
    },
  },
  {
    what: "GitLab's, with its database inside,",
    names: ["gitlab/gitlab-ce:17.0.0-ce.0", "docker.io/gitlab/gitlab-ee"],
    layout: mounted("/var/opt/gitlab/"),
  },
  {
    what: "Discourse's, with its database inside,",
    names: ["local_discourse/app", "discourse/base:2.0.20250722"],
    layout: { ...mounted("/shared"), env: { DISCOURSE_HOSTNAME: "forum" } },
  },
  {
    what: "Nextcloud All-in-One's",
    names: ["ghcr.io/nextcloud-releases/aio-postgresql:latest"],
    layout: mounted("/var/lib/postgresql/data", "nextcloud_aio_database"),
  },
  {
    what: "CloudNativePG's",
    names: [
      "ghcr.io/cloudnative-pg/postgresql:16.3",
      "ghcr.io/tensorchord/cloudnative-vectorchord:16-0.4",
    ],
    layout: mounted("/controller"),
  },
  {
    what: "Zalando's Spilo",
    names: ["ghcr.io/zalando/spilo-17:4.0-p2", "acid/spilo-cdp-12:1.6"],
    layout: { env: { PGROOT: "/data/pgroot" } },
  },
  {
    what: "Crunchy's",
    names: [
      "registry.developers.crunchydata.com/crunchydata/crunchy-postgres:ubi8-15.4-0",
    ],
    layout: { env: { PGDATA: "/pgdata/pg15" } },
  },
];

Deno.test("A vendor's image is known by its name, whatever registry, tag or digest", () => {
  for (const { names, what } of OF) {
    for (const image of names) assertEquals(look({ image }), what, image);
  }
});

Deno.test("Under a mirror's name it is known by its layout", () => {
  for (const { layout, what } of OF) {
    assertEquals(look({ image: "mirror.example/db:15", ...layout }), what);
  }
});

Deno.test("The official image and those made from it are nobody's", () => {
  for (
    const image of [
      "docker.io/library/postgres:15",
      "postgres",
      "ghcr.io/immich-app/postgres:14-vectorchord0.4.3-pgvectors0.2.0",
      "pgvector/pgvector:pg17",
      "postgis/postgis:16-3.4",
      "timescale/timescaledb:2.14.2-pg15",
      "registry.example/team/bitnami/postgresql-exporter:1",
      "example/gitlab-postgres:15",
      "zulip/zulip-postgresql:14",
    ]
  ) assertEquals(look({ image }), undefined, image);
});

const refusalOf = (image: string, running = true) =>
  rejectedBy(
    () =>
      refuseVendor(
        "db",
        portsOf({
          containers: {
            inspect: () =>
              Promise.resolve({ ...sampleFacts().container, image, running }),
          },
        }),
      ),
    Failure,
  );

Deno.test("It is refused in one sentence, with the vendor's own way", async () => {
  const { exit, hint, message } = await refusalOf(
    "supabase/postgres:15",
  );
  assertEquals(
    [message, hint, exit],
    [
      'Cannot upgrade "db": supabase/postgres:15 is Supabase\'s and keeps its data and settings in its own way',
      "Use Supabase's own script, upgrade-pg17.sh in docker/utils of its repository (https://supabase.com/docs/guides/self-hosting/postgres-upgrade-17). Nothing was changed",
      3,
    ],
  );
});

Deno.test("What is not there, or nobody's, is for others to judge", async () => {
  const inspect = (container: Container | undefined) =>
    portsOf({ containers: { inspect: () => Promise.resolve(container) } });
  await refuseVendor("db", inspect(undefined));
  await refuseVendor("db", inspect(sampleFacts().container));
});

Deno.test("Bitnami's own is refused only as long as nothing of it can be asked", async () => {
  const { hint } = await refusalOf("bitnami/postgresql:15", false);
  assertEquals(
    hint,
    "Start it first: its server alone can tell what is to come along. Nothing was changed",
  );
});
