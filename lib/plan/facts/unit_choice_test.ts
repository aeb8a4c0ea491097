import { assertEquals } from "@std/assert";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { type Loaded, loadedUnits } from "../../../tests/sample/units.ts";
import { findUnit } from "./unit.ts";

/** Of several units that could be the container's own, one is. */

const SCRIPT = "/nix/store/start";
const LEFT = { words: SCRIPT, directory: "/", active: "inactive" } as const;

const CASES: readonly (readonly [
  what: string,
  loaded: Loaded,
  found: string,
  group?: string,
])[] = [
  [
    "the active one, where that of another runtime is left over",
    { "podman-db.service": LEFT, "docker-db.service": SCRIPT },
    "docker-db.service",
  ],
  [
    "the active one of its own name, where NixOS's is left over",
    {
      "docker-db.service": LEFT,
      "db.service": "/usr/bin/docker run --rm --name=db postgres:15",
    },
    "db.service",
  ],
  [
    "of two active ones that of its process's runtime",
    { "podman-db.service": SCRIPT, "docker-db.service": SCRIPT },
    "docker-db.service",
    `0::/system.slice/docker-${"0f".repeat(32)}.scope\n`,
  ],
  [
    "of two active ones that of its process's runtime, podman",
    { "podman-db.service": SCRIPT, "docker-db.service": SCRIPT },
    "podman-db.service",
    `0::/machine.slice/libpod-${"0f".repeat(32)}.scope/container\n`,
  ],
  [
    "the usual one, where none is active",
    { "podman-db.service": LEFT, "docker-db.service": LEFT },
    "podman-db.service",
  ],
];

for (const [what, loaded, found, group = ""] of CASES) {
  Deno.test(`Which of several units runs it: ${what}`, async () => {
    const container = {
      ...sampleFacts().container,
      ...{ name: "db", env: {}, labels: {}, pid: 7 },
    };
    const ports = loadedUnits(loaded, { "/proc/7/cgroup": group });
    assertEquals(await findUnit(container, ports), found);
  });
}
