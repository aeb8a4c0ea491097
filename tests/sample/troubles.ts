import {
  again,
  incompatible,
  LONG,
  NEW,
  OLD,
  OTHER,
  running,
} from "./trouble_parts.ts";
import { bind, ofShop, STORE, type Trouble, volume } from "./troubled_host.ts";
import { BESIDE } from "./troubles_beside.ts";
import { SHARED } from "./troubles_shared.ts";

/** Hosts as people find them after a pull, by the name of their golden text. */

/** What a database says that another version has sorted. */
const sortedBy = (
  database: string,
  noted: string,
  actual: string | null,
  indexes: number,
) => ({
  database,
  collations: [{
    number: 100,
    own: true,
    name: "default",
    provider: "c",
    locale: "en_US.utf8",
    noted,
    actual,
  }],
  uses: Array.from(
    { length: indexes },
    (_, index) => ["index", 100, `public.index_${index}`, 8192, false],
  ),
});
const compose = (tag: string) =>
  `services:
  db:
    image: postgres:${tag}
    volumes: ["./pgdata:${OLD}"]
  web:
    image: web:1
`;

const shop = (tag: string) => ({ "/srv/shop/compose.yaml": compose(tag) });
export const shopDb = {
  name: "shop-db-1",
  labels: ofShop("db"),
  mounts: [bind("/srv/shop/pgdata", OLD)],
};

/** A unit of systemd that runs "db" by podman. */
const unit = (tag: string, more = {}) => ({
  units: [{
    name: "podman-db.service",
    fragment: "/etc/systemd/system/podman-db.service",
    loaded: true,
    ...more,
  }],
  commands: {
    "podman-db.service": [
      ...["podman", "run", "--name", "db", "-v", `/srv/db:${OLD}`],
      `docker.io/library/postgres:${tag}`,
    ],
  },
});

/** Its volume is mounted where 18 does not look, beside one without a name. */
const BELOW_18 = {
  containers: [{
    name: "db",
    image: "postgres:18",
    mounts: [volume("dbdata", `${NEW}/18/data`), volume(LONG, NEW)],
    ...running,
  }],
  volumes: { dbdata: {}, [LONG]: {} },
};

/** The container that is asked for, its host, and the exit code. */
export const TROUBLES: Readonly<
  Record<string, readonly [string, Trouble, number]>
> = {
  "compose-restarts": ["shop-db-1", {
    containers: [{ ...shopDb, image: "postgres:17-alpine", ...again }],
    files: shop("17-alpine"),
    clusters: { "/srv/shop/pgdata": { major: 16, relations: 30 } },
    said: incompatible,
  }, 3],
  "compose-with-a-tag-of-its-own": ["shop-db-1", {
    containers: [{ ...shopDb, image: "postgres:17-sym", ...again }],
    files: shop("17-sym"),
    clusters: { "/srv/shop/pgdata": { major: 16, relations: 30 } },
  }, 3],
  "compose-is-gone": ["shop-db-1", {
    containers: [{ name: "shop-web-1", labels: ofShop("web"), ...running }],
    files: shop("17"),
    clusters: { "/srv/shop/pgdata": { major: 16, relations: 30 } },
  }, 3],
  "compose-serves": ["shop-db-1", {
    containers: [{ ...shopDb, image: "postgres:16", ...running }],
    files: shop("16"),
    clusters: {
      "/srv/shop/pgdata": { major: 16, relations: 30, server: "ready" },
    },
  }, 0],
  "compose-is-changed-already": ["shop-db-1", {
    containers: [{ ...shopDb, image: "postgres:16", ...running }],
    files: shop("17"),
    clusters: {
      "/srv/shop/pgdata": { major: 16, relations: 30, server: "ready" },
    },
  }, 3],
  "unit-restarts": ["db", {
    ...unit("17", { sub: "auto-restart", restarts: 40 }),
    clusters: { "/srv/db": { major: 15, relations: 1 } },
    said: incompatible,
  }, 3],
  "unit-is-stopped": ["db", {
    ...unit("17", { active: "inactive", sub: "dead" }),
    clusters: { "/srv/db": { major: 17, relations: 1 } },
  }, 3],
  "quadlet-restarts": ["db", {
    ...unit("17", {
      sub: "auto-restart",
      fragment: "/run/systemd/generator/podman-db.service",
      source: "/etc/containers/systemd/podman-db.container",
    }),
    clusters: { "/srv/db": { major: 16, relations: 2 } },
  }, 3],
  "nixos-restarts": ["db", {
    ...unit("17", { sub: "auto-restart" }),
    files: { "/etc/NIXOS": "" },
    clusters: { "/srv/db": { major: 16, relations: 2 } },
  }, 3],
  "by-hand-image-is-older": ["db", {
    containers: [{
      name: "db",
      image: "postgres:16",
      mounts: [bind("/srv/db", OLD)],
      ...again,
    }],
    clusters: { "/srv/db": { major: 17, relations: 2 } },
  }, 3],
  "old-mount-under-18": ["db", {
    containers: [{
      name: "db",
      image: "postgres:18",
      mounts: [volume("dbdata", OLD), volume(LONG, NEW)],
      ...again,
    }],
    volumes: { dbdata: {}, [LONG]: {} },
    clusters: { [`${STORE}/dbdata/_data`]: { major: 17, relations: 200 } },
    said: "Error: in 18+, these Docker images are configured to store data\n",
  }, 3],
  "old-mount-under-18-of-compose": ["shop-db-1", {
    containers: [{ ...shopDb, image: "postgres:18", ...again }],
    files: shop("18"),
    clusters: { "/srv/shop/pgdata": { major: 17, relations: 200 } },
    said: "Error: in 18+, these Docker images are configured to store data\n",
  }, 3],
  "empty-beside-a-lost-one": ["db", {
    containers: [{
      name: "db",
      image: "postgres:18",
      mounts: [volume(LONG, NEW)],
      ...running,
    }],
    volumes: { [LONG]: {}, [OTHER]: {}, "web-files": {}, busy: {} },
    clusters: {
      [`${STORE}/${LONG}/_data/18/docker`]: {
        major: 18,
        server: "ready",
        made: 30_000,
      },
      [`${STORE}/${OTHER}/_data`]: { major: 17, relations: 200, written: 9000 },
    },
  }, 3],
  // A wrong way out that is told in threads: 18 does not look there.
  "mounted-below-18": ["db", {
    ...BELOW_18,
    clusters: {
      [`${STORE}/${LONG}/_data/18/docker`]: {
        major: 18,
        server: "ready",
        made: 30_000,
      },
      [`${STORE}/dbdata/_data`]: { major: 17, relations: 200, written: 9000 },
    },
  }, 3],
  "both-in-one-volume": ["db", {
    containers: [{
      name: "db",
      image: "postgres:18",
      env: { PGDATA: `${OLD}/pgdata` },
      mounts: [volume("dbdata", OLD)],
      ...running,
    }],
    volumes: { dbdata: {} },
    clusters: {
      [`${STORE}/dbdata/_data/pgdata`]: {
        major: 18,
        server: "ready",
        made: 30_000,
      },
      [`${STORE}/dbdata/_data`]: { major: 17, relations: 200, written: 9000 },
    },
  }, 3],
  "nameless-and-unused-mount": ["db", {
    ...BELOW_18,
    clusters: {
      [`${STORE}/${LONG}/_data/18/docker`]: {
        major: 18,
        relations: 5,
        server: "ready",
      },
    },
  }, 3],
  "sorted-by-another-library": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [bind("/srv/db", OLD)],
      env: { POSTGRES_USER: "shop" },
      ...running,
    }],
    clusters: { "/srv/db": { major: 17, relations: 9, server: "ready" } },
    sorted: [
      sortedBy("shop", "2.36", "2.41", 12),
      sortedBy("template1", "2.36", "2.41", 0),
    ],
  }, 3],
  "sorted-by-musl": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17-alpine",
      mounts: [bind("/srv/db", OLD)],
      ...running,
    }],
    clusters: { "/srv/db": { major: 17, relations: 9, server: "ready" } },
    sorted: [sortedBy("shop", "2.36", null, 1)],
  }, 3],
  "no-cluster-at-all": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [bind("/srv/db", OLD)],
      status: "exited",
    }],
    clusters: {},
  }, 3],
  ...BESIDE,
  ...SHARED,
};
