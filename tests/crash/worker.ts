/// <reference lib="deno.worker" />
import { LAYERS } from "./layers.ts";
import { tellSeeds } from "./seeds.ts";
import { Table, type Wrong } from "./table.ts";

/** What one of several workers is asked for. */
export type Task =
  | {
    readonly kind: "layer";
    readonly name: string;
    readonly scenario: number;
    readonly index: number;
    readonly of: number;
  }
  | { readonly kind: "seeds"; readonly from: number; readonly to: number };

export interface Report {
  readonly tried: number;
  readonly wrong: readonly Wrong[];
}

// Millions of deaths are thrown, and nobody reads where.
Error.stackTraceLimit = 0;

async function run(task: Task): Promise<Report> {
  const table = new Table();
  if (task.kind === "seeds") {
    await tellSeeds(task.from, task.to, table);
  } else {
    const layer = LAYERS.find(({ name }) => name === task.name);
    await layer?.run(task.scenario, table, task);
  }
  return { tried: table.tried, wrong: [...table.wrong.values()] };
}

const worker = self as unknown as DedicatedWorkerGlobalScope;
worker.onmessage = async (event: MessageEvent<Task>) => {
  worker.postMessage(await run(event.data));
};
