import { again, incompatible, OLD, running, server } from "./trouble_parts.ts";
import { bind, type Trouble } from "./troubled_host.ts";

/** Hosts with more than one container for the same data, or runtime. */
export const SHARED: Readonly<
  Record<string, readonly [string, Trouble, number]>
> = {
  "two-restart-on-one": ["g1", {
    containers: ["g1", "g2"].map((name) => ({
      name,
      image: "postgres:17",
      mounts: [bind("/srv/g", OLD)],
      ...again,
    })),
    clusters: { "/srv/g": { major: 15, relations: 9 } },
    said: incompatible,
  }, 3],
  // Below what the other one has mounted, and of the other runtime.
  "podman-starts-it-at-boot": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [bind("/srv/g/db", OLD)],
      ...running,
    }],
    ofPodman: [{
      name: "old",
      image: "postgres:17",
      env: { PGDATA: `${OLD}/db` },
      mounts: [bind("/srv/g", OLD)],
      restartPolicy: "always",
      status: "exited",
    }],
    clusters: { "/srv/g/db": { major: 17, relations: 9, server: "ready" } },
  }, 3],
  "others-have-it-and-rest": ["db", {
    containers: [
      {
        name: "db",
        image: "postgres:17",
        mounts: [bind("/srv/db", OLD)],
        ...running,
      },
      {
        name: "old",
        image: "postgres:17",
        mounts: [bind("/srv/db", OLD)],
        status: "exited",
      },
      ...["db-before", "pgladder-20261130-091500-k3f9-hold-from"].map((
        name,
      ) => ({ name, image: "postgres:17", mounts: [bind("/srv/db", OLD)] })),
      // What copies the files serves nothing.
      {
        name: "backup",
        image: "restic:latest",
        mounts: [bind("/srv/db", "/data")],
        ...again,
      },
      {
        name: "dump",
        image: "postgres:17",
        command: ["pg_basebackup", "-D", "-"],
        mounts: [bind("/srv/db", OLD)],
        ...again,
      },
      {
        name: "neighbour",
        image: "postgres:17",
        mounts: [bind("/srv/neighbour", OLD)],
        ...again,
      },
    ],
    clusters: {
      "/srv/db": { major: 17, relations: 9, server: "ready" },
      "/srv/neighbour": { major: 16, relations: 9 },
    },
  }, 0],
  // Of podman, which docker does not know; one is there, and one is between two starts.
  "podman-serves-the-neighbours": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [bind("/srv/xfs/db", OLD)],
      ...running,
    }],
    ofPodman: [{
      name: "q1",
      image: "postgres:16",
      mounts: [bind("/srv/xfs/q1/data", OLD)],
      ...running,
    }],
    clusters: {
      "/srv/xfs/db": { major: 17, server: "ready", made: 30_000 },
      "/srv/xfs/q1/data": { major: 16, relations: 200 },
      "/srv/xfs/q2/data": { major: 16, relations: 200, state: "in production" },
    },
    users: { "/srv/xfs/q2/data": [server(4712, "q2")] },
  }, 0],
  // Docker calls running what has just ended.
  "ends-at-this-moment": ["db", {
    containers: [{
      name: "db",
      image: "postgres:17",
      mounts: [bind("/srv/db", OLD)],
      ...again,
      status: "running",
    }],
    clusters: { "/srv/db": { major: 17, relations: 9 } },
    said: "FATAL:  could not load server certificate file\n",
  }, 3],
};
