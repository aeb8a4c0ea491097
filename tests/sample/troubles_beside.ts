import {
  again,
  incompatible,
  LONG,
  NEW,
  OLD,
  OTHER,
  running,
  server,
} from "./trouble_parts.ts";
import { bind, STORE, type Trouble, volume } from "./troubled_host.ts";

/** Hosts on which another server or another cluster is what matters. */
export const BESIDE: Readonly<
  Record<string, readonly [string, Trouble, number]>
> = {
  // What the container that fails has there itself counts for nothing.
  "another-container-serves-them": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [bind("/srv/db", OLD)],
      ...again,
    }, {
      name: "other",
      image: "postgres:15",
      mounts: [bind("/srv/db", OLD)],
      ...running,
    }],
    clusters: {
      "/srv/db": {
        major: 15,
        relations: 9,
        server: "ready",
        state: "in production",
      },
    },
    users: {
      "/srv/db": [
        server(4700, "db"),
        server(4711, "other"),
        server(4712, "other"),
      ],
    },
    said: incompatible,
  }, 3],
  "only-its-own-process-is-there": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [bind("/srv/db", OLD)],
      ...again,
    }],
    clusters: { "/srv/db": { major: 17, relations: 9 } },
    users: { "/srv/db": [server(4700, "db")] },
    said: "PANIC:  could not locate a valid checkpoint record\n",
  }, 3],
  "project-was-renamed": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [volume("new_rows", OLD)],
      ...running,
    }, {
      name: "other",
      image: "postgres:17",
      mounts: [volume("other_rows", OLD)],
      ...running,
    }],
    volumes: {
      new_rows: { "com.docker.compose.volume": "rows" },
      old_rows: { "com.docker.compose.volume": "rows" },
      other_rows: { "com.docker.compose.volume": "rows" },
    },
    clusters: {
      // The application has made its tables in the new one.
      [`${STORE}/new_rows/_data`]: {
        major: 17,
        relations: 100,
        server: "ready",
        made: 30_000,
      },
      [`${STORE}/old_rows/_data`]: { major: 17, relations: 140 },
      [`${STORE}/other_rows/_data`]: { major: 17, relations: 900 },
    },
  }, 3],
  // One table is there in each: it is not empty, and it is not what was there.
  "lost-in-a-nameless-volume": ["an", {
    containers: [{
      name: "an",
      image: "postgres:18",
      mounts: [volume(LONG, NEW)],
      ...running,
    }],
    volumes: { [LONG]: {}, [OTHER]: {} },
    clusters: {
      [`${STORE}/${LONG}/_data/18/docker`]: {
        major: 18,
        relations: 1,
        server: "ready",
        made: 30_000,
      },
      [`${STORE}/${OTHER}/_data`]: { major: 17, relations: 1, written: 9000 },
    },
  }, 3],
  "lost-with-its-tables-made-again": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [volume("data2", OLD)],
      ...running,
    }],
    volumes: { data: {}, data2: {} },
    clusters: {
      [`${STORE}/data2/_data`]: {
        major: 17,
        relations: 9,
        server: "ready",
        made: 30_000,
      },
      [`${STORE}/data/_data`]: { major: 17, relations: 9, bytes: 9e9 },
    },
  }, 3],
  "others-lie-about": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [bind("/srv/db", OLD)],
      ...running,
    }, { name: "wiki", image: "postgres:17", mounts: [], ...running }],
    volumes: {
      "wiki-data": {},
      shop_rows: { "com.docker.compose.project": "shop" },
      // Of the same version, younger, and smaller.
      tried: {},
    },
    clusters: {
      "/srv/db": { major: 17, relations: 90, server: "ready", made: 30_000 },
      "/srv/db.bak-20261101-090000-abcd": { major: 16, relations: 95 },
      [`${STORE}/wiki-data/_data`]: { major: 16, relations: 200 },
      [`${STORE}/shop_rows/_data`]: { major: 16, relations: 200 },
      [`${STORE}/tried/_data`]: { major: 17, relations: 3, made: 40_000 },
    },
  }, 0],
  "control-file-is-gone": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [bind("/srv/db", OLD)],
      ...again,
    }],
    clusters: { "/srv/db": { major: 15, relations: 9, damaged: true } },
    said: incompatible,
  }, 3],
  // Who cannot log in has stopped no server, and a runtime's word is not its own.
  "others-fail-in-its-log": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [bind("/srv/db", OLD)],
      ...again,
    }],
    clusters: { "/srv/db": { major: 16, relations: 9 } },
    said: `FATAL:  role "root" does not exist
${incompatible}FATAL:  role "root" does not exist
Error: no container with name or ID "db" found: no such container
`,
  }, 3],
  "nameless-by-hand": ["pq", {
    containers: [{
      name: "pq",
      image: "postgres:18",
      mounts: [volume(LONG, NEW)],
      ...running,
    }],
    volumes: { [LONG]: {} },
    clusters: {
      [`${STORE}/${LONG}/_data/18/docker`]: {
        major: 18,
        relations: 5,
        server: "ready",
      },
    },
  }, 0],
  "an-old-one-is-kept": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [bind("/srv/db/17", OLD)],
      ...running,
    }],
    clusters: {
      "/srv/db/17": { major: 17, relations: 90, server: "ready", made: 30_000 },
      "/srv/db/16": { major: 16, relations: 90 },
    },
  }, 0],
};
