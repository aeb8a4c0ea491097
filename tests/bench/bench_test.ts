import { assert, assertEquals, assertThrows } from "@std/assert";
import { casesFor, sizesIn, WAYS, WAYS_BESIDE } from "./case.ts";
import { chartOf } from "./chart.ts";
import { downtimeIn, type Measured } from "./measured.ts";
import { tableOf, verdicts } from "./table.ts";

const MIB = 1024 * 1024;

function one(
  id: string,
  downtimeMs: number,
  { mib = 1536, disk = "xfs" as "xfs" | "ext4" } = {},
): Measured {
  const way = WAYS.find((it) => it.id === id);
  if (way === undefined) throw new Error(`There is no way "${id}"`);
  return {
    way,
    disk,
    mib,
    downtimeMs,
    totalMs: downtimeMs + 5000,
    bytes: mib * MIB,
    peakDiskBytes: 20 * MIB,
    peakMemoryBytes: id === "runbook" ? undefined : 90 * MIB,
  };
}

Deno.test("The downtime is the longest pause of the application since the beginning", () => {
  const acked = "1 90.0\n2 99.9\n3 100.1\n4 100.2\n5 107.7\n6 107.8\n7 1";
  assertEquals(downtimeIn(acked, 100), 7500);
  assertEquals(downtimeIn("", 100), 0);
});

Deno.test("Sizes are read, and what is none is named", () => {
  assertEquals(sizesIn("100M, 6G"), [100, 6144]);
  assertThrows(() => sizesIn("6T"), Error, 'Size "6T" is none');
});

Deno.test("All ways of a size come at once, the smallest size first, and each way keeps to its limits", () => {
  const cases = casesFor([100, 6144], ["xfs", "ext4"]);
  assertEquals(
    cases.map(({ mib }) => mib).toSorted((one, other) => one - other),
    cases.map(({ mib }) => mib),
  );
  const limited = cases.filter(({ way }) => way.upToMib !== undefined);
  assert(limited.length > 0 && limited.every(({ mib }) => mib === 100));
  assertEquals(
    cases.filter(({ way }) => way.id === "pgcopydb").map(({ disk }) => disk),
    ["xfs"],
  );
});

Deno.test("Another build does what this one does", () => {
  const cases = casesFor([100], ["xfs"], [...WAYS, ...WAYS_BESIDE]);
  const wordsOf = (id: string) =>
    cases.find(({ way }) => way.id === id)?.way.words;
  const [program, ...rest] = wordsOf("dump-beside") ?? [];
  assertEquals(program, "pgladder-beside");
  assertEquals(rest, wordsOf("dump")?.slice(1));
});

Deno.test("The table says each downtime beside the runbook's on the same disk", () => {
  const table = tableOf([
    one("runbook", 40_000),
    one("pg_upgrade", 6_000),
    one("pg_upgrade", 9_000, { disk: "ext4" }),
  ], ["A note."]);
  assertEquals(table.split("\n").map((line) => line.replace(/ +/g, " ")), [
    "| data | file system | way | downtime | of the runbook's | in all | disk, at most | pgladder's memory |",
    table.split("\n")[1]?.replace(/ +/g, " "),
    "| 1.5 GiB | XFS | pgladder, pg_upgrade | 6.0 s | 0.15 | 11.0 s | 20 MiB | 90 MiB |",
    "| 1.5 GiB | XFS | the runbook by hand | 40.0 s | 1.00 | 45.0 s | 20 MiB | |",
    "| 1.5 GiB | ext4 | pgladder, pg_upgrade | 9.0 s | | 14.0 s | 20 MiB | 90 MiB |",
    "",
    "- A note.",
    "",
  ]);
});

Deno.test("What was wanted is said beside what was found", () => {
  assertEquals(
    verdicts([
      one("runbook", 40_000),
      one("pg_upgrade", 6_000),
      one("link", 3_000),
      one("pg_upgrade", 5_000, { mib: 100 }),
    ]),
    [
      "XFS, pg_upgrade to the runbook: 0.15, wanted at most 0.2",
      "XFS, pg_upgrade to a bare one with --link: 2.00, wanted at most 1.5 (missed)",
      "XFS, pg_upgrade at the largest size to the smallest: 1.20, wanted at most 2",
    ],
  );
});

Deno.test("The picture names both axes and each way, for light and for dark", () => {
  const picture = chartOf([
    one("runbook", 40_000),
    one("runbook", 8_000, { mib: 100 }),
    one("pg_upgrade", 6_000),
    one("copy", 20_000),
  ]);
  assert(picture.includes(">downtime, log scale<"));
  assert(picture.includes(">data directory, log scale<"));
  assert(picture.includes("prefers-color-scheme: dark"));
  assert(picture.includes(">pgladder, pg_upgrade<"));
  assertEquals(picture.split("<polyline").length - 1, 2);
  assertEquals(picture.split("<circle").length - 1, 3);
});
