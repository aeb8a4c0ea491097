import type { Output } from "../../lib/port/containers.ts";
import type { Host } from "../../lib/port/host.ts";
import type { Ports } from "../../lib/port/ports.ts";

/** A port of which only these parts are there: any other one is a mistake. */
export function partOf<T extends object>(name: string, part: Partial<T>): T {
  return new Proxy(part, {
    get(target, key) {
      if (key in target) {
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      }
      throw new Error(`${name}.${String(key)} is not there in this test`);
    },
  }) as T;
}

type Parts =
  & {
    readonly [P in Exclude<keyof Ports, "otherRuntime">]?: Partial<Ports[P]>;
  }
  & Pick<Ports, "otherRuntime">;

export function portsOf(parts: Parts): Ports {
  return {
    files: partOf("files", parts.files ?? {}),
    containers: partOf("containers", parts.containers ?? {}),
    units: partOf("units", parts.units ?? {}),
    clusters: partOf("clusters", parts.clusters ?? {}),
    host: partOf("host", parts.host ?? {}),
    ...(parts.otherRuntime && { otherRuntime: parts.otherRuntime }),
  };
}

/** A host on which time passes only when somebody sleeps. */
export class QuietHost implements Host {
  readonly said: string[] = [];
  stopAsked: string | undefined = undefined;
  #ms = 0;

  now() {
    return {
      at: new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + this.#ms).toISOString(),
      boot: "00000000-0000-4000-8000-000000000001",
      ms: 60_000 + this.#ms,
    };
  }

  sleep(ms: number): Promise<void> {
    this.#ms += ms;
    return Promise.resolve();
  }

  say(line: string): void {
    this.said.push(line);
  }

  run(): Promise<Output> {
    return Promise.resolve({ code: 127, stdout: "", stderr: "" });
  }
}
