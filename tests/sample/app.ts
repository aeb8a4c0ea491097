import { readArgs, withPaths } from "../../lib/cli/args.ts";
import type { App } from "../../lib/cli/command/command.ts";
import type { Ports } from "../../lib/port/ports.ts";
import { SecondsClock } from "./memory.ts";
import { portsOf } from "./ports.ts";

/** What main.ts hands to a command; what is printed is collected. */
export function appFor(
  words: readonly string[],
  printed: string[],
  ports: Ports = portsOf({}),
): App {
  return {
    args: withPaths(readArgs(words), "/root"),
    ports,
    operator: {
      print: (text) => void printed.push(text),
      present: false,
      ask: () => Promise.resolve(undefined),
    },
    clock: new SecondsClock(),
    tool: "0.1.0",
    hostname: "db1",
    words,
    runtime: "podman",
    program: "/usr/bin/podman",
    directory: "/root",
    processors: 4,
    columns: 80,
    self: ["/usr/local/bin/pgladder"],
  };
}
