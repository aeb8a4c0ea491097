import { createHash } from "node:crypto";
import { controlOf, controlSum } from "./cluster.ts";
import { put, putWhole } from "./disk.ts";
import type { Host } from "./host.ts";
import { dataOf } from "./server.ts";
import type { ContainerState } from "./state.ts";

/** What every job of the small host has in common. */

export interface Work {
  readonly host: Host;
  readonly container: ContainerState;
  /** The job's directory. */
  readonly job: string;
}

export type Outcome = "next" | "wait" | "end";
export type Phase = (work: Work) => Outcome;

export const scriptOf = ({ args }: ContainerState) =>
  /^\/pgladder\/(\w+)\.sh$/.exec(args[0] ?? "")?.[1];

/** The last act of all. */
export function finish({ host, container, job }: Work, data?: string): Outcome {
  const { env } = container;
  const control = data && controlOf(data);
  const result = {
    run: env["PGLADDER_RUN"],
    attempt: Number(env["PGLADDER_ATTEMPT"]),
    "boot_id": host.bootId,
    ok: true,
    ...(data && control
      ? {
        "control_sha256": controlSum(data),
        "system_identifier": control.system,
      }
      : {}),
  };
  putWhole(
    `${job}/${scriptOf(container)}.result.json`,
    JSON.stringify(result),
  );
  return "end";
}

export function required(path: string | undefined, what: string): string {
  if (path === undefined) throw new Error(`A job misses ${what}`);
  return path;
}

export const dataIn = ({ container }: Work) =>
  required(dataOf(container), "its data directory");

export const GLOBALS = "CREATE ROLE app;\nALTER ROLE app WITH LOGIN;\n";

export function fingerprint(directory: string, rows: readonly number[]) {
  const sum = createHash("sha256").update(rows.join()).digest("hex");
  const files = {
    "globals.sql": GLOBALS,
    databases: "cG9zdGdyZXM=\n",
    "1.schema.sql": "",
    "1.sequences": `["public","ids",${rows.length},true]\n`,
    "1.settings": '["extension","plpgsql"]\n',
    "1.rows": `["public","t","r",${rows.length},"${sum}"]\n`,
  };
  Deno.mkdirSync(directory);
  for (const [name, text] of Object.entries(files)) {
    put(`${directory}/${name}`, text, { durable: false });
  }
}
