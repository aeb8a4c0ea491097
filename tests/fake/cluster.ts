import type { Cluster } from "../../lib/port/clusters.ts";
import {
  type Base,
  type Control,
  drop,
  type FakeDirectory,
  type FakeDisk,
  type FakeNode,
  put,
  putDirectory,
} from "./disk.ts";
import { isDurable } from "./durability.ts";

/** Clusters on the fake disk: what a server reads, writes and leaves. */

/** The log moves by so much at a clean stop, and with every row. */
const STOP_BYTES = 0x78;
const ROW_BYTES = 0x100;

const CONFIGURATION = [
  "postgresql.conf",
  "postgresql.auto.conf",
  "pg_hba.conf",
  "pg_ident.conf",
];

export function versionOf(data: FakeDirectory): string | undefined {
  const file = data.entries.get("PG_VERSION");
  if (file?.kind !== "file") return undefined;
  return typeof file.content === "string"
    ? file.content.split("\n")[0] ?? ""
    : undefined;
}

export function controlOf(data: FakeDirectory): Control | undefined {
  const file = data.entries.get("pg_control");
  if (file?.kind !== "file") return undefined;
  const { content } = file;
  return typeof content === "object" && "system" in content
    ? content
    : undefined;
}

export function baseOf(data: FakeDirectory): Base | undefined {
  const file = data.entries.get("base");
  if (file?.kind !== "file") return undefined;
  const { content } = file;
  return typeof content === "object" && "rows" in content ? content : undefined;
}

/** Version, control file and tables are there, and would survive a cut. */
export function isComplete(data: FakeDirectory): boolean {
  return /^\d+$/.test(versionOf(data) ?? "") &&
    controlOf(data) !== undefined && baseOf(data) !== undefined &&
    ["PG_VERSION", "pg_control", "base"].every((name) => {
      const file = data.entries.get(name);
      return file !== undefined && isDurable(file) &&
        (data.onDisk === undefined || data.onDisk.get(name) === file);
    });
}

/** Stands for a sum over the whole file: differs if any field does. */
export function sumOf(control: Control): string {
  const { system, state, checkpoint, nextXid } = control;
  return `sum-${system}-${state}-${checkpoint}-${nextXid}`;
}

export const positionOf = (checkpoint: number) =>
  `0/${checkpoint.toString(16).toUpperCase()}`;

/** As the port tells it. */
export function lookAtCluster(
  node: FakeNode | undefined,
): Cluster | undefined {
  if (node?.kind !== "directory") return undefined;
  const version = versionOf(node);
  if (version === undefined) return undefined;
  const control = controlOf(node);
  return {
    version,
    control: control === undefined ? undefined : {
      systemIdentifier: control.system,
      state: control.state,
      checkpoint: positionOf(control.checkpoint),
      nextXid: String(control.nextXid),
      sha256: sumOf(control),
    },
    server: "",
  };
}

export function configurationOf(node: FakeNode | undefined): string {
  if (node?.kind !== "directory") return "";
  return CONFIGURATION.map((name) => {
    const file = node.entries.get(name);
    return file?.kind === "file" ? `${name}=${String(file.content)}` : "";
  }).join(";");
}

/** What `initdb` leaves: empty, and stopped. */
export function initialise(
  disk: FakeDisk,
  data: FakeDirectory,
  made: { major: number; system: string; durable: boolean },
) {
  const { durable, major, system } = made;
  put(disk, data, "PG_VERSION", `${major}\n`, durable);
  put(disk, data, "base", { rows: [], xid: 700 }, durable);
  put(disk, data, "pg_control", {
    system,
    state: "shut down",
    checkpoint: 0x1000,
    nextXid: 700,
  }, durable);
  for (const name of CONFIGURATION) {
    put(disk, data, name, `${name} of ${major}`, durable);
  }
}

/** From here on it is the server's; after a kill it replays its log. */
export function open(disk: FakeDisk, data: FakeDirectory, durable: boolean) {
  const control = controlOf(data);
  const base = baseOf(data);
  if (control === undefined || base === undefined) return;
  const recovered = control.state === "in production"
    ? { checkpoint: control.checkpoint + STOP_BYTES, nextXid: base.xid }
    : {};
  put(
    disk,
    data,
    "pg_control",
    { ...control, ...recovered, state: "in production" },
    durable,
  );
}

/** A commit: in the log, so on the disk, but not in the control file. */
export function insert(
  disk: FakeDisk,
  data: FakeDirectory,
  rows: readonly number[],
  durable = true,
  /** Of the server's image. */
  libc?: string,
) {
  const base = baseOf(data);
  if (base === undefined) return;
  // What another library sorts in is in no order at all.
  const order = libc === undefined || libc === base.order ? base.order : "none";
  put(disk, data, "base", {
    rows: [...base.rows, ...rows],
    xid: base.xid + rows.length,
    ...(base.order === undefined ? {} : { order }),
  }, durable);
}

/** Every index is sorted by that library, or by none. */
export function sortBy(disk: FakeDisk, data: FakeDirectory, order: string) {
  const base = baseOf(data);
  if (base?.order === undefined) return;
  put(disk, data, "base", { ...base, order }, true);
}

export function checkpoint(disk: FakeDisk, data: FakeDirectory) {
  const control = controlOf(data);
  const base = baseOf(data);
  if (control === undefined || base === undefined) return;
  put(disk, data, "pg_control", {
    ...control,
    checkpoint: control.checkpoint + STOP_BYTES +
      ROW_BYTES * (base.xid - control.nextXid),
    nextXid: base.xid,
  }, true);
}

/** A clean stop. */
export function shutDown(
  disk: FakeDisk,
  data: FakeDirectory,
  durable: boolean,
) {
  const control = controlOf(data);
  const base = baseOf(data);
  if (control === undefined || base === undefined) return;
  put(disk, data, "pg_control", {
    ...control,
    state: "shut down",
    checkpoint: control.checkpoint + STOP_BYTES +
      ROW_BYTES * (base.xid - control.nextXid),
    nextXid: base.xid,
  }, durable);
}

/** A copy of a whole data directory, as `cp -a --reflink` makes it. */
export function copyInto(
  disk: FakeDisk,
  from: FakeDirectory,
  to: FakeDirectory,
) {
  for (const [name, node] of from.entries) {
    if (node.kind === "file") put(disk, to, name, node.content, false);
    else copyInto(disk, node, putDirectory(disk, to, name, false));
  }
}

export function empty(directory: FakeDirectory) {
  for (const name of [...directory.entries.keys()]) drop(directory, name);
}
