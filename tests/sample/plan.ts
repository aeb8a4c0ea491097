import type { Plan } from "../../journal/plan.ts";

/** A plan as `upgrade` makes it: 15 to 17, one application, on XFS. */
export function samplePlan(change: Partial<Plan> = {}): Plan {
  return {
    run: "20260102-030405-a1b2",
    tool: "0.1.0",
    host: "db1",
    asked: ["upgrade", "pleroma-db", "--to", "17"],
    runtime: "podman",
    program: "/usr/bin/podman",
    container: "pleroma-db",
    unit: "podman-pleroma-db.service",
    method: "dump",
    verify: "counts",
    jobs: 4,
    memoryMb: 2048,
    stopTimeout: 600,
    volume: {
      path: "/srv/pleroma-db",
      inode: "1001",
      fs: "0b2f4a9e-5c1d-4e8f-9a7b-3c6d5e4f2a1b",
      fsType: "xfs",
      uid: 999,
      gid: 999,
      mode: 0o700,
      reflink: true,
    },
    backup: "/srv/pleroma-db.bak",
    aborted: "/srv/pleroma-db.aborted",
    state: { path: "/srv/pleroma-db.pgladder", inode: "1002" },
    from: {
      reference: "docker.io/library/postgres:15",
      id: "15aa".repeat(16),
      digest: `sha256:${"15bb".repeat(16)}`,
      version: "15.18",
      major: 15,
      pgdata: "/var/lib/postgresql/data",
      inner: "/var/lib/postgresql/data",
      cluster: "",
      uid: 999,
      gid: 999,
    },
    to: {
      reference: "docker.io/library/postgres:17",
      id: "17aa".repeat(16),
      digest: `sha256:${"17bb".repeat(16)}`,
      version: "17.6",
      major: 17,
      pgdata: "/var/lib/postgresql/data",
      inner: "/var/lib/postgresql/data",
      cluster: "",
      uid: 999,
      gid: 999,
    },
    systemIdentifier: "7412345678901234567",
    superuser: "postgres",
    initdbArgs:
      "--encoding=UTF8 --lc-collate=en_US.utf8 --lc-ctype=en_US.utf8 --wal-segsize=16",
    bytes: 1_825_361_101,
    writers: [{ unit: "pleroma.service", active: true }],
    timers: ["podman-prune.timer"],
    switch: { kind: "manual" },
    ...change,
  };
}

/** The same on its way to 18, where the image wants the volume elsewhere. */
export function samplePlanTo18(change: Partial<Plan> = {}): Plan {
  const plan = samplePlan();
  return {
    ...plan,
    to: {
      ...plan.to,
      reference: "docker.io/library/postgres:18",
      version: "18.0",
      major: 18,
      pgdata: "/var/lib/postgresql/18/docker",
      inner: "/var/lib/postgresql",
      cluster: "18/docker",
    },
    ...change,
  };
}
