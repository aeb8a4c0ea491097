import { createHash } from "node:crypto";
import { checksumOf } from "../../../../lib/adapter/control_checksum.ts";
import { namesIn, put, syncDirectory, textAt, unlessMissing } from "./disk.ts";

/**
 * Small clusters of real files: a control file in PostgreSQL's own layout, a
 * table of rows, and files enough that some of them can be missing.
 *
 * What a server writes is synced, as a server's log is. What fills a new
 * cluster is not: that is for the program under test to see to.
 */

const PADDING_FILES = 6;
const PADDING_BYTES = 6000;
const CONTROL_BYTES = 8192;
/** Of PostgreSQL 15; the fields that count lie at the same places up to 18. */
const CONTROL_VERSION = 1300;
const CHECKSUM_AT = 288;
const SHUT_DOWN = 1;
const IN_PRODUCTION = 6;

export interface Control {
  readonly system: string;
  readonly state: number;
  readonly checkpoint: number;
  readonly nextXid: number;
}

export function initialise(
  data: string,
  { major, system, durable }: {
    major: number;
    system: string;
    durable: boolean;
  },
): void {
  for (const name of ["global", "base"]) Deno.mkdirSync(`${data}/${name}`);
  for (let number = 0; number < PADDING_FILES; number++) {
    put(`${data}/base/${number}`, paddingOf(number), { durable });
  }
  put(`${data}/base/rows`, "", { durable });
  put(`${data}/postgresql.conf`, "work_mem = '8MB'\n", { durable });
  put(`${data}/pg_hba.conf`, "host all all all scram-sha-256\n", { durable });
  const control = { system, state: SHUT_DOWN, checkpoint: 4096, nextXid: 700 };
  put(`${data}/global/pg_control`, bytesOf(control), { durable });
  put(`${data}/PG_VERSION`, `${major}\n`, { durable });
  if (durable) {
    for (const name of ["global", "base", "."]) {
      syncDirectory(`${data}/${name}`);
    }
  }
}

const paddingOf = (number: number) =>
  `file ${number} `.repeat(PADDING_BYTES).slice(0, PADDING_BYTES);

/** Everything that a cluster of the tests has, and what is wrong with it. */
export function damageOf(data: string): string | undefined {
  if (!/^\d+$/.test(versionOf(data) ?? "")) return "its PG_VERSION";
  if (controlOf(data) === undefined) return "its control file";
  for (let number = 0; number < PADDING_FILES; number++) {
    const text = textAt(`${data}/base/${number}`);
    if (text !== paddingOf(number)) return `its file base/${number}`;
  }
  if (!/^(\d+\n)*$/.test(textAt(`${data}/base/rows`) ?? "none")) {
    return "its table";
  }
  return undefined;
}

export function versionOf(data: string): string | undefined {
  return textAt(`${data}/PG_VERSION`)?.split("\n")[0];
}

export function rowsOf(data: string): number[] {
  return (textAt(`${data}/base/rows`) ?? "").split("\n").filter(Boolean)
    .map(Number);
}

/** Many at once and unsynced, as a restore writes them. */
export function load(data: string, rows: readonly number[]): void {
  put(`${data}/base/rows`, rows.map((row) => `${row}\n`).join(""), {
    durable: false,
  });
}

/** A commit: on the disk when it returns. */
export function insert(data: string, row: number): void {
  using file = Deno.openSync(`${data}/base/rows`, { append: true });
  file.writeSync(new TextEncoder().encode(`${row}\n`));
  file.syncSync();
}

export function controlOf(data: string): Control | undefined {
  const bytes = unlessMissing(() =>
    Deno.readFileSync(`${data}/global/pg_control`)
  );
  if (bytes?.length !== CONTROL_BYTES) return undefined;
  const view = new DataView(bytes.buffer);
  if (view.getUint32(8, true) !== CONTROL_VERSION) return undefined;
  return {
    system: view.getBigUint64(0, true).toString(),
    state: view.getUint32(16, true),
    checkpoint: Number(view.getBigUint64(32, true)),
    nextXid: Number(view.getBigUint64(64, true)),
  };
}

function bytesOf(control: Control): Uint8Array {
  const bytes = new Uint8Array(CONTROL_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(control.system), true);
  view.setUint32(8, CONTROL_VERSION, true);
  view.setUint32(16, control.state, true);
  view.setBigUint64(32, BigInt(control.checkpoint), true);
  view.setBigUint64(64, BigInt(control.nextXid), true);
  const sum = checksumOf(bytes.subarray(0, CHECKSUM_AT));
  view.setUint32(CHECKSUM_AT, sum, true);
  return bytes;
}

function change(data: string, to: Partial<Control>): void {
  const control = controlOf(data);
  if (control === undefined) throw new Error(`No cluster in "${data}"`);
  put(`${data}/global/pg_control`, bytesOf({ ...control, ...to }), {
    durable: true,
  });
}

/** From here on it is a server's. */
export function open(data: string): void {
  change(data, { state: IN_PRODUCTION });
}

export function checkpoint(data: string): void {
  const rows = rowsOf(data).length;
  change(data, {
    checkpoint: (controlOf(data)?.checkpoint ?? 0) + 0x78,
    nextXid: 700 + rows,
  });
}

/** A clean stop. */
export function shutDown(data: string): void {
  checkpoint(data);
  change(data, { state: SHUT_DOWN });
}

export function controlSum(data: string): string {
  return createHash("sha256")
    .update(Deno.readFileSync(`${data}/global/pg_control`)).digest("hex");
}

/** A copy of a whole directory, unsynced. */
export function copyTree(from: string, to: string): void {
  for (const name of namesIn(from)) {
    const path = `${from}/${name}`;
    if (Deno.lstatSync(path).isDirectory) {
      Deno.mkdirSync(`${to}/${name}`);
      copyTree(path, `${to}/${name}`);
    } else {
      put(`${to}/${name}`, Deno.readFileSync(path), { durable: false });
    }
  }
}

/** Checksums of all files below a directory, by their paths in it. */
export function sumsOf(directory: string, below = ""): Record<string, string> {
  const sums: Record<string, string> = {};
  for (const name of namesIn(directory)) {
    const path = `${directory}/${name}`;
    const info = Deno.lstatSync(path);
    if (info.isDirectory) {
      Object.assign(sums, sumsOf(path, `${below}${name}/`));
    } else {
      sums[`${below}${name}`] = createHash("sha256")
        .update(Deno.readFileSync(path)).digest("hex");
    }
  }
  return sums;
}
