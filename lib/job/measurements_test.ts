import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../tests/sample/files.ts";
import { samplePlan } from "../../tests/sample/plan.ts";
import { portsOf } from "../../tests/sample/ports.ts";
import {
  comparedOf,
  measurementsEvidence,
  measurementsIn,
  noteCompared,
} from "./measurements.ts";
import { contextOf } from "../run/context.ts";

const plan = samplePlan();
const DIRECTORY = "/srv/pleroma-db.pgladder/job/build-2";
const name = (text: string) => btoa(text);

const FINGERPRINT: Readonly<Record<string, string>> = {
  "databases": `${name("shop")}\n${name("postgres")}\n`,
  "1.rows":
    '["sales","orders","r",600,"1","2"]\n["sales","best","m",5]\n["a","b","r",7]\n',
  "1.sequences": '["sales","ids",600,true]\n',
  "2.rows": "",
  "2.sequences": "",
};

const read = (file: string) => Promise.resolve(FINGERPRINT[file]);

Deno.test("What was compared is counted by database", async () => {
  assertEquals(await comparedOf(read, "counts"), {
    verify: "counts",
    databases: [
      { name: "shop", tables: 2, rows: 607, sequences: 1 },
      { name: "postgres", tables: 0, rows: 0, sequences: 0 },
    ],
    more: 0,
  });
  const [first] = (await comparedOf(read, "sizes")).databases;
  assertEquals(first, { name: "shop", tables: 2, sequences: 1 });
});

Deno.test("Of very many databases some are named, and all are counted", async () => {
  const many = Array.from({ length: 130 }, (_, index) => name(`db${index}`));
  const compared = await comparedOf(
    (file) => Promise.resolve(file === "databases" ? many.join("\n") : ""),
    "counts",
  );
  assertEquals([compared.databases.length, compared.more], [100, 30]);
});

Deno.test("A step's evidence takes the figures of its jobs along", async () => {
  const result = {
    run: plan.run,
    attempt: 2,
    "boot_id": "b",
    ok: true,
    exit: { restore: 0 },
    seconds: { restore: 3.203 },
    "settings_dropped": [],
    "control_sha256": "c0ffee",
  };
  const files = new MemoryFiles({
    [`${DIRECTORY}/`]: "",
    [`${DIRECTORY}/build.log`]: "said",
    [`${DIRECTORY}/build.result.json`]: JSON.stringify(result),
    [`${DIRECTORY}/broken.result.json`]: "{",
  });
  const port = portsOf({ files }).files;
  await noteCompared(DIRECTORY, await comparedOf(read, "counts"), port);
  const evidence = await measurementsEvidence(
    contextOf(plan, { files: port }),
    "build",
    2,
  );
  assertEquals(Object.keys(evidence), ["figures"]);
  const figures = measurementsIn(evidence);
  assertEquals(figures?.jobs, [{
    script: "build",
    ok: true,
    exit: { restore: 0 },
    seconds: { restore: 3.203 },
    "settings_dropped": [],
  }]);
  assertEquals(figures?.compared?.databases[0]?.rows, 607);
});

Deno.test("Where nothing was measured the evidence is what it was", async () => {
  const run = contextOf(plan, portsOf({ files: new MemoryFiles() }));
  assertEquals(await measurementsEvidence(run, "dump", 1), {});
  assertEquals(measurementsIn({ figures: "no JSON" }), undefined);
});
