import { assertEquals } from "@std/assert";
import { sampleFacts, sampleLive } from "../../../tests/sample/found.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { Failure } from "../../base/failure.ts";
import {
  type Collation,
  findSorting,
  isSortedOtherwise,
  judged,
  type SortedDatabase,
} from "./sorting.ts";

const own = (change: Partial<Collation> = {}): Collation => ({
  number: 100,
  own: true,
  name: "default",
  provider: "c",
  locale: "en_US.utf8",
  noted: "2.36",
  actual: "2.36",
  ...change,
});

const german = (change: Partial<Collation> = {}): Collation =>
  own({
    number: 16400,
    own: false,
    name: "german",
    provider: "i",
    locale: "de",
    noted: "153.120",
    actual: "153.120",
    ...change,
  });

const shop = (collations: Collation[]): SortedDatabase => ({
  database: "shop",
  collations,
  uses: [
    ["index", 100, "public.names", 8192, true],
    ["index", 16400, "public.german", 4096, false],
    ["index", 16400, "public.names", 8192, true],
    ["range", 100, "public.letters", 0, false],
    ["matview", 16400, "public.sorted", 0, false],
  ],
});

const SAME = { from: "2.36", to: "2.36" };

Deno.test("Where nothing sorts otherwise, nothing is needed", () => {
  const found = judged([shop([own(), german()])], SAME, undefined);
  assertEquals(found.needed, false);
  assertEquals(found.dependents, []);
  assertEquals(found.libraries.icu, [
    { locale: "de", from: "153.120", to: "153.120" },
  ]);
});

Deno.test("Another C library: what depends on it, and nothing of ICU's", () => {
  const found = judged(
    [shop([own(), german()])],
    { from: "2.36", to: "2.41" },
    new Map([["de", "153.120"]]),
  );
  assertEquals(found.needed, true);
  assertEquals(found.dependents.map(({ name }) => name), [
    "public.names",
    "public.letters",
  ]);
  assertEquals(found.stale, []);
});

Deno.test("Another ICU, or one that says nothing: what depends on its locales, each once", () => {
  for (const after of [new Map([["de", "153.128"]]), new Map()]) {
    const { dependents, libraries, needed } = judged(
      [shop([own(), german()])],
      SAME,
      after,
    );
    assertEquals(needed, true);
    assertEquals(libraries.icu[0]?.to, after.get("de") ?? "");
    assertEquals(dependents.map(({ name }) => name), [
      "public.german",
      "public.names",
      "public.sorted",
    ]);
  }
});

Deno.test("What was sorted otherwise before is told, under the same image", () => {
  const found = judged(
    [shop([own({ noted: null }), german({ noted: "153.112" })])],
    SAME,
    undefined,
  );
  assertEquals(found.stale, ['"shop"', 'collation "german" in "shop"']);
  assertEquals(found.needed, true);
  assertEquals(found.dependents.length, 4);
});

Deno.test("A version is noted even where no index depends on the order yet", () => {
  const found = judged(
    [{ ...shop([own({ noted: "2.31" })]), uses: [] }],
    SAME,
    undefined,
  );
  assertEquals([found.needed, found.dependents.length], [true, 0]);
});

Deno.test("Of a collation that was made by hand no version need be noted", () => {
  assertEquals(isSortedOtherwise(german({ noted: null })), false);
  assertEquals(isSortedOtherwise(own({ noted: null })), true);
  assertEquals(isSortedOtherwise(own({ actual: null })), true);
});

/** The live server's answer, and the new image's. */
async function sortingOf(
  { libcs, probed, said }: {
    readonly libcs: { from: string; to: string };
    readonly probed?: string;
    readonly said: readonly unknown[];
  },
) {
  const asked: (readonly string[])[] = [];
  const { container, from } = sampleFacts();
  const { to } = samplePlan();
  const found = await findSorting(
    {
      container,
      server: sampleLive(),
      from,
      to: { ...to, major: 15 },
      libcs,
    },
    portsOf({
      files: { readText: (path) => Promise.resolve(`-- ${path}\n:actual`) },
      containers: {
        exec: () =>
          Promise.resolve({
            code: 0,
            stdout: said.map((it) => JSON.stringify(it)).join("\n"),
            stderr: "",
          }),
        probe: (_, words, user) => {
          asked.push([user ?? "", ...words.slice(4)]);
          return Promise.resolve({ code: 0, stdout: probed ?? "", stderr: "" });
        },
      },
    }),
  );
  return { asked, found };
}

Deno.test("The new image's own server says by which versions it sorts", async () => {
  const { asked, found } = await sortingOf({
    libcs: { from: "glibc 2.36", to: "glibc 2.40" },
    said: [shop([own(), german()])],
    probed:
      'noise\n{"libc" : "2.41"}\n{"locale" : "de", "version" : "153.128"}\n{"locale" : "de", "version" : null}',
  });
  assertEquals(asked, [["postgres", "de"]]);
  assertEquals(found?.libraries, {
    libc: { from: "2.36", to: "2.41" },
    icu: [{ locale: "de", from: "153.120", to: "153.128" }],
  });
});

Deno.test("An image that cannot be tried is judged by its C library alone", async () => {
  const { found } = await sortingOf({
    libcs: { from: "glibc 2.36", to: "glibc 2.41" },
    said: [shop([own()])],
  });
  assertEquals(found?.libraries.libc, { from: "2.36", to: "2.41" });
});

Deno.test("Where neither the C library nor ICU can differ the image is not tried", async () => {
  const { asked, found } = await sortingOf({
    libcs: { from: "glibc 2.36", to: "glibc 2.36" },
    said: [shop([own()])],
  });
  assertEquals([asked, found?.needed], [[], false]);
});

Deno.test("An answer that is none is not taken for one", async () => {
  const { code } = await rejectedBy(() =>
    sortingOf({
      libcs: { from: "glibc 2.36", to: "glibc 2.41" },
      said: [{ database: "shop", collations: "all" }],
    }), Failure);
  assertEquals(code, "no-answer");
});
