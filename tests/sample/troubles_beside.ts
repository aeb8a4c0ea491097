import { again, incompatible, OLD, running, server } from "./trouble_parts.ts";
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
