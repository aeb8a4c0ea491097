import { assert, assertEquals } from "@std/assert";
import { formatDocument } from "../../../journal/document.ts";
import { appFor } from "../../../tests/sample/app.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { STORIES, toldOf } from "../../../tests/sample/run_told.ts";
import { BUILT } from "../../../tests/sample/story.ts";
import { status } from "./status.ts";

const { aborted, container, run, volume } = samplePlan();

/** A host on which the newest run was rolled back. */
async function listed(words: readonly string[], kept: boolean) {
  const journal = formatDocument(toldOf(STORIES["rolled-back"]).entries, "0.1");
  const files = new MemoryFiles({
    "/var/lib/pgladder/runs/": "",
    "/var/lib/pgladder/runs/a.json": JSON.stringify({
      container,
      volume: volume.path,
    }),
    [`${volume.path}.pgladder/history/`]: "",
    [`${volume.path}.pgladder/history/${run}.json`]: journal,
  });
  if (kept) files.put(`${aborted}/`, "", BUILT["inode"]);
  files.put(`${volume.path}/`, "", volume.inode);
  const printed: string[] = [];
  const code = await status(appFor(
    ["status", ...words],
    printed,
    portsOf({
      files: Object.assign(files, { usersOf: () => Promise.resolve([]) }),
      clusters: {
        look: () =>
          Promise.resolve({
            version: "15",
            control: undefined,
            server: "",
          }),
      },
    }),
  ));
  assertEquals(code, 0);
  return printed.join("\n");
}

Deno.test("Without a name a run that was rolled back is told while its new data are kept", async () => {
  const text = await listed([], true);
  assert(text.includes(`"${container}": 15.18 → 17.6, rolled-back`), text);
  assert(text.includes(`\nNext:     pgladder commit ${container}\n`), text);
  assert(text.includes(`kept ${aborted}`), text);
  const [only] = JSON.parse(await listed(["--json"], true));
  assertEquals([only.run, only.state], [run, "rolled-back"]);
});

Deno.test("A run that has left nothing behind is not told", async () => {
  assertEquals(
    await listed([], false),
    'No upgrade is open on this host. If a database is in trouble, type "pgladder status CONTAINER".',
  );
  assertEquals(await listed(["--json"], false), "[]");
});
