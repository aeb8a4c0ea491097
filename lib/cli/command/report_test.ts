import { assert, assertEquals, assertRejects } from "@std/assert";
import { dirname } from "@std/path";
import { formatDocument } from "../../../journal/document.ts";
import { appFor } from "../../../tests/sample/app.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { STORIES, toldOf } from "../../../tests/sample/run_told.ts";
import { Failure } from "../../base/failure.ts";
import { report } from "./report.ts";

const { plan: { container, run } } = toldOf(STORIES.committed);
const VOLUME = samplePlan().volume.path;

/** A host on which the run is closed, and one file of somebody else lies. */
function hostAfter(name: keyof typeof STORIES): MemoryFiles {
  const files = new MemoryFiles({
    "/root/": "",
    "/root/notes.txt": "mine",
    "/var/lib/pgladder/runs/": "",
    "/var/lib/pgladder/runs/a.json": JSON.stringify({
      container,
      volume: VOLUME,
    }),
    [`${VOLUME}.pgladder/history/`]: "",
  });
  const text = formatDocument(toldOf(STORIES[name]).entries, "0.1.0");
  files.put(`${VOLUME}.pgladder/history/${run}.json`, text);
  return files;
}

async function reported(words: readonly string[], files: MemoryFiles) {
  const printed: string[] = [];
  const code = await report(
    appFor(["report", ...words], printed, portsOf({ files })),
  );
  return { code, printed: printed.join("\n") };
}

Deno.test("A closed run is reported with the figures that its journal keeps", async () => {
  const files = hostAfter("committed");
  const { code, printed } = await reported(
    [container, "--format", "markdown"],
    files,
  );
  assertEquals(code, 0);
  assert(printed.startsWith("# PostgreSQL 15.18 → 17.6"));
  for (const word of ["4211902", "288 MiB, zstd:1", "read\\_back", "alice"]) {
    assert(printed.includes(word), word);
  }
});

Deno.test("A report is written to a file, and only over a report", async () => {
  const files = hostAfter("rolled-back");
  for (const ending of ["html", "md"]) {
    const path = `/root/report.${ending}`;
    for (let time = 0; time < 2; time++) {
      const { printed } = await reported([container, "--output", path], files);
      assertEquals(printed, `Written to ${path}.`);
    }
    const text = files.texts[path] ?? "";
    assertEquals(text.startsWith("<!doctype"), ending === "html");
  }
  const before = files.texts;
  for (
    const path of ["/root/notes.txt", "/nowhere/a.html", dirname("/root/x")]
  ) {
    await assertRejects(
      () => reported([container, "--output", path], files),
      Failure,
      `"${path}"`,
    );
  }
  assertEquals(files.texts, before);
});

Deno.test("A bare name is a file where the person is", async () => {
  const files = hostAfter("committed");
  for (const name of ["upgrade.html", "./upgrade.html"]) {
    const { printed } = await reported([container, "--output", name], files);
    assertEquals(printed, "Written to /root/upgrade.html.");
  }
  assert(files.texts["/root/upgrade.html"]?.startsWith("<!doctype"));
});

Deno.test("A run that is not there is refused, with those that are", async () => {
  const files = hostAfter("committed");
  const error = await assertRejects(
    () => reported([container, "--run", "20250101-000000-aaaa"], files),
    Failure,
  );
  assert(error.message.includes(run), error.message);
  const { code } = await reported([container, "--run", run], files);
  assertEquals(code, 0);
});

Deno.test("A closed run's journal that was changed is refused", async () => {
  const files = hostAfter("committed");
  const path = `${VOLUME}.pgladder/history/${run}.json`;
  files.put(path, (files.texts[path] ?? "").replace("alice", "malice"));
  const error = await assertRejects(
    () => reported([container], files),
    Failure,
  );
  assertEquals(error.exit, 7);
});
