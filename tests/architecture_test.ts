import { assertEquals } from "@std/assert";
import { IMPORTS, importsFrom, isProduct } from "./sample/imports.ts";
import { sources } from "./sample/sources.ts";
import { nodesOf } from "./sample/tree.ts";

/** Which room of `lib` may import which, as ARCHITECTURE.md has it. */
const ROOMS: Readonly<Record<string, string>> = {
  base: "",
  compare: "",
  port: "journal",
  run: "base port journal",
  job: "run compare base port journal assets.ts",
  configuration: "base port journal",
  adapter: "run base port journal",
  plan: "configuration job run compare base port journal assets.ts",
  upgrade: "configuration job run compare base port journal",
  rehearsal: "upgrade plan job run base port journal assets.ts",
  report: "upgrade plan job run base port journal",
  cli:
    "report rehearsal upgrade plan configuration job run base port journal assets.ts",
};

/** "lib/plan/check/unit.ts" is in the room "plan", "journal/fold.ts" in "journal". */
const roomOf = (path: string) =>
  /^lib\/([^/]+)/.exec(path)?.[1] ?? path.split("/")[0] ?? "";

Deno.test("Each room imports from those below it only", () => {
  const upwards = IMPORTS.filter(({ from, to }) =>
    isProduct({ path: from }) && from.startsWith("lib/") &&
    /^(lib|journal)\//.test(to) && roomOf(from) !== roomOf(to) &&
    !(ROOMS[roomOf(from)] ?? "").split(" ").includes(roomOf(to))
  );
  assertEquals(upwards.map(({ at, to }) => `${at} imports ${to}`), []);
});

Deno.test("Every folder of lib is a room, and one file stands loose", () => {
  const entries = new Set(
    sources(/^lib\//).map(({ path }) => path.split("/")[1]),
  );
  assertEquals(
    [...entries].sort(),
    [...Object.keys(ROOMS), "assets.ts", "pack"].sort(),
  );
});

/** The grammar of Nix is recursive; everything else has a bottom. */
const CIRCLES = [
  "lib/configuration/nix/parse.ts",
  "lib/configuration/compose/yaml.ts",
];

Deno.test("No file leads back to itself by its imports", () => {
  const imported = new Map<string, Set<string>>();
  for (const { from, to } of IMPORTS) {
    if (!isProduct({ path: from })) continue;
    imported.set(from, (imported.get(from) ?? new Set()).add(to));
  }
  const reach = (from: string) => {
    const reached = new Set<string>();
    const open = [...imported.get(from) ?? []];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (reached.has(file)) continue;
      reached.add(file);
      open.push(...imported.get(file) ?? []);
    }
    return reached;
  };
  const circular = [...imported.keys()].filter((file) => {
    const reached = reach(file);
    const isKnown = CIRCLES.some((known) =>
      reached.has(known) && reach(known).has(file)
    );
    return reached.has(file) && !isKnown;
  });
  assertEquals(circular, []);
});

Deno.test("No command imports another", () => {
  const command = "lib/cli/command/";
  assertEquals(
    IMPORTS.filter(({ from, to }) =>
      isProduct({ path: from }) && from.startsWith(command) &&
      to.startsWith(command) && to !== `${command}command.ts`
    ).map(({ at, to }) => `${at} imports ${to}`),
    [],
  );
});

Deno.test("The journal knows nothing of lib", () => {
  assertEquals(
    importsFrom(
      /^journal\//,
      /^(?!journal\/|valibot$|@noble\/hashes\/sha2$|node:)/,
    ),
    [],
  );
});

Deno.test("Nobody but main.ts knows an adapter", () => {
  assertEquals(
    importsFrom(/^(?!main\.ts$|lib\/adapter\/)/, /^lib\/adapter\//),
    [],
  );
});

Deno.test("Nobody knows main.ts, and no product file knows a test", () => {
  assertEquals(importsFrom(/./, /^main\.ts$|^tests\/|_test\.ts$/), []);
});

Deno.test("Ports know nothing but ports and the journal", () => {
  assertEquals(importsFrom(/^lib\/port\//, /^(?!lib\/port\/|journal\/)/), []);
});

Deno.test("Stages and families do not know the commands", () => {
  assertEquals(
    importsFrom(/^lib\/(?!cli\/)/, /^lib\/cli\//),
    [],
  );
});

Deno.test("Only adapters, the journal and main.ts name Deno", () => {
  const named = nodesOf(
    sources(/\.ts$/).filter(isProduct).filter(({ path }) =>
      !/^(lib\/adapter|journal)\/|^main\.ts$/.test(path)
    ),
    ["Identifier"],
  ).filter(({ name }) => name === "Deno");
  assertEquals(named.map(({ at }) => at), []);
});
