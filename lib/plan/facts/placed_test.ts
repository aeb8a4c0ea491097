import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { HASH, MAKER } from "../../configuration/compose/testdata/shapes.ts";
import { PortError } from "../../port/ports.ts";
import { isNamed, placedFacts } from "./placed.ts";

const FILE = "/srv/forum/compose.yaml";
const TARGET = {
  container: "forum-db-1",
  from: { image: "postgres:15", tag: "15" },
  to: { image: "postgres:17", tag: "17" },
  unmanaged: true,
} as const;

const found = (
  image: string,
  {
    named = () => Promise.resolve([]),
    maker = true,
    offers = true,
    isSame = false,
  }: {
    named?: () => Promise<string[]>;
    maker?: boolean;
    offers?: boolean;
    isSame?: boolean;
  } = {},
) => {
  return placedFacts(
    { offers },
    { ...TARGET, ...maker && { maker: MAKER } },
    { isSame, unit: undefined, unitName: "forum-db-1.service" },
    portsOf({
      files: new MemoryFiles({
        [FILE]: `services: {db: {image: "${image}"}}\n`,
      }),
      containers: { named, inspect: () => Promise.resolve(undefined) },
      host: {
        run: () =>
          Promise.resolve({ code: 0, stdout: `db ${HASH}\n`, stderr: "" }),
      },
    }),
  );
};

Deno.test("Where a compose project made it, --switch compose is offered if it would do it", async () => {
  assertEquals(await found("postgres:15"), {
    offered: {
      switch: "compose",
      found: `the image of the service db in ${FILE}`,
    },
  });
  assertEquals(await found("postgres:13"), {});
});

Deno.test("Nothing is offered where somebody has chosen, nothing changes or nobody can be asked", async () => {
  assertEquals(await found("postgres:15", { offers: false }), {});
  assertEquals(await found("postgres:15", { isSame: true }), {});
  assertEquals(await found("postgres:15", { maker: false }), {});
  const named = () => Promise.reject(new PortError("no answer"));
  assertEquals(await found("postgres:15", { named }), {});
});

Deno.test("A mount that must move is a change, though the name stays", () => {
  const old = { inner: "/var/lib/postgresql/data" };
  const wanted = { inner: "/var/lib/postgresql" };
  const named = "postgres:18";
  const images = { named, reference: named, to: { image: wanted } };
  assertEquals(
    [old, wanted, undefined].map((found) => isNamed({ ...images, found })),
    [false, true, true],
  );
});
