import { Session } from "node:inspector";
import { Configuration } from "../lib/configuration/nix/configuration.ts";
import { place } from "../lib/configuration/nix/place.ts";
import { Sources } from "../lib/configuration/nix/sources.ts";
import type { EditTarget } from "../lib/configuration/target.ts";

/**
 * How many blocks of our own code a place takes to be looked for, however busy
 * the machine is. V8 counts them, but only in code that it has not compiled to
 * the machine's own: so this is a program, run by `nixSteps()` without that.
 */

const FILE = "/etc/nixos/configuration.nix";
const COUNTED = ["--no-opt", "--no-maglev", "--no-sparkplug"];
const WISH: EditTarget = {
  container: "db",
  from: { tag: "15", image: "postgres:15" },
  to: { tag: "17", image: "postgres:17" },
};

/** The same of each text, as all that a host has for a configuration. */
export function look(text: string) {
  const sources = new Sources(new Map([[FILE, text]]));
  const roots = { root: FILE, host: "db-host", file: undefined };
  return place(WISH, new Configuration(sources, roots));
}

/** The steps for each text, in order. */
export async function nixSteps(texts: readonly string[]): Promise<number[]> {
  const flags = `--v8-flags=${COUNTED.join(",")}`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-sys", flags, import.meta.filename ?? ""],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(texts)));
  await writer.close();
  return JSON.parse(new TextDecoder().decode((await output).stdout));
}

interface Taken {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

async function count(texts: readonly string[]): Promise<number[]> {
  const session = new Session();
  session.connect();
  const say = (method: string, words = {}) =>
    new Promise<unknown>((done, failed) =>
      session.post(
        `Profiler.${method}`,
        words,
        (error, answer) => error ? failed(error) : done(answer),
      )
    );
  await say("enable");
  await say("startPreciseCoverage", { callCount: true, detailed: true });
  const steps: number[] = [];
  for (const text of texts) {
    look(text);
    // What is taken is counted from zero again.
    const { result } = await say("takePreciseCoverage") as Taken;
    const ranges = result.filter(({ url }) => url.includes("/lib/"))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges));
    steps.push(ranges.reduce((sum, { count }) => sum + count, 0));
  }
  session.disconnect();
  return steps;
}

if (import.meta.main) {
  const texts = JSON.parse(await new Response(Deno.stdin.readable).text());
  // deno-lint-ignore no-console -- the program's only word
  console.log(JSON.stringify(await count(texts)));
}
