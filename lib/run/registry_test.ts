import { assertEquals } from "@std/assert";
import { formatDocument } from "../../journal/document.ts";
import { MemoryFiles } from "../../tests/sample/files.ts";
import { samplePlan } from "../../tests/sample/plan.ts";
import { portsOf } from "../../tests/sample/ports.ts";
import { STORIES, toldOf } from "../../tests/sample/run_told.ts";
import { BUILT } from "../../tests/sample/story.ts";
import { findKept } from "./registry.ts";

const { aborted, run, volume } = samplePlan();
const history = `${volume.path}.pgladder/history`;

const NEW = BUILT["inode"] ?? "";

/** The journal of what is kept, in a history with others, closed so. */
async function keptOf(
  others: Readonly<Record<string, "committed" | "rolled-back">>,
  inode: string | undefined,
) {
  const journal = (story: keyof typeof STORIES, built = NEW) => {
    const { entries } = toldOf(STORIES[story]);
    const text = JSON.stringify(entries);
    return formatDocument(
      JSON.parse(text.replaceAll(`"inode":"${NEW}"`, `"inode":"${built}"`)),
      "0.1",
    );
  };
  const files = new MemoryFiles({
    [`${history}/`]: "",
    [`${history}/${run}.json`]: journal("rolled-back"),
  });
  for (const [name, story] of Object.entries(others)) {
    files.put(`${history}/${name}`, journal(story, "7777"));
  }
  if (inode !== undefined) files.put(`${aborted}/`, "", inode);
  return (await findKept(volume.path, portsOf({ files })))?.journal;
}

Deno.test("What a rollback kept is known by its inode, not by the last name in the history", async () => {
  const own = `${history}/${run}.json`;
  assertEquals(await keptOf({}, NEW), own);
  // The clock was a year ahead when this one ran.
  const later = { "29990101-000000-0000.json": "rolled-back" } as const;
  assertEquals(await keptOf(later, NEW), own);
  // What an interrupted write left.
  const torn = { "29990101-000000-0000.json.new": "rolled-back" } as const;
  assertEquals(await keptOf(torn, NEW), own);
  assertEquals(
    await keptOf({ "29990101-000000-0000.json": "committed" }, NEW),
    own,
  );
});

Deno.test("Nothing is kept, or it is not of any run", async () => {
  assertEquals(await keptOf({}, undefined), undefined);
  assertEquals(await keptOf({}, "4711"), undefined);
});
