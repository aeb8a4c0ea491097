import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import type { Plan } from "../../../journal/plan.ts";
import {
  announce,
  listEntries,
  moveIn,
  moveOut,
  newPassage,
  oldPassage,
  type Passage,
  providePlaceholder,
  readEntries,
} from "./entries.ts";
import { isPlaceholder, placeholderText } from "./placeholder.ts";
import { contextOf, type RunContext } from "../../run/context.ts";

const VOLUME = "/mnt/pg";
const RUN = samplePlan().run;
const OWNER = { uid: 999, gid: 999, mode: 0o700 };

/** Dies before its so-manieth change. */
class Dying extends MemoryFiles {
  left = Infinity;
  /** Looks at what each change leaves. */
  watch: () => Promise<void> = () => Promise.resolve();

  async #change(deed: Promise<void>) {
    await deed;
    await this.watch();
  }
  #live() {
    if (this.left-- <= 0) throw new Error("killed");
  }
  override async rename(from: string, to: string) {
    this.#live();
    await this.#change(super.rename(from, to));
  }
  override async exchange(a: string, b: string) {
    this.#live();
    await this.#change(super.exchange(a, b));
  }
  override async writeText(path: string, text: string) {
    this.#live();
    await this.#change(super.writeText(path, text));
  }
}

const planOf = (from: string, to: string): Plan => {
  const { volume, ...plan } = samplePlan();
  return {
    ...plan,
    volume: { ...volume, path: VOLUME, within: true },
    backup: `${VOLUME}/pgladder-${RUN}.bak`,
    aborted: `${VOLUME}/pgladder-${RUN}.aborted`,
    state: { path: `${VOLUME}.pgladder`, inode: "2" },
    from: { ...plan.from, cluster: from },
    to: { ...plan.to, cluster: to },
  };
};

const below = (directory: string, ...parts: string[]) =>
  [directory, ...parts].filter((part) => part !== "").join("/");

const CONTENT = ["PG_VERSION", "base", "global", "pg_wal"];

function put(files: MemoryFiles, root: string, cluster: string, words: string) {
  let here = root;
  for (const part of cluster.split("/").filter(Boolean)) {
    here = below(here, part);
    files.put(`${here}/`);
  }
  for (const name of CONTENT) files.put(below(here, name), `${words} ${name}`);
}

/** The old cluster in the volume, with what else a disk may have there. */
function host(plan: Plan) {
  const files = new Dying({
    [`${VOLUME}/`]: "",
    [`${VOLUME}/lost+found/`]: "",
    [`${VOLUME}/pgladder-${RUN}.new/`]: "",
    [`${VOLUME}/pgladder-20250101-000000-aaaa.aborted/`]: "",
    [`${plan.state.path}/`]: "",
  });
  put(files, VOLUME, plan.from.cluster, "old");
  return { files, run: contextOf(plan, portsOf({ files })) };
}

/** At one place: "old", "new", the placeholder, or what may never be. */
function stateOf(files: MemoryFiles, plan: Plan, root: string, place: string) {
  const texts = files.texts;
  const at = (name: string) => texts[below(root, place, name)];
  const version = at("PG_VERSION");
  if (version === placeholderText(plan)) return "placeholder";
  const which = version?.split(" ")[0] ?? "none";
  const isWhole = CONTENT.every((name) => at(name) === `${which} ${name}`);
  return version === undefined || isWhole ? which : `half of ${which}`;
}

async function out(run: RunContext, passage: Passage) {
  const { names: { volume }, plan, ports } = run;
  const text = await ports.files.readText(
    below(volume, passage.image.cluster, "PG_VERSION"),
  );
  if (text !== placeholderText(plan)) {
    await providePlaceholder(run, passage, OWNER);
    await announce(run, passage, await listEntries(run, passage, "inside"));
  }
  await moveOut(run, passage, await readEntries(run, passage));
}

const PLACES = ["", "pgdata", "18/docker"];
const PAIRS = PLACES.flatMap((from) => PLACES.map((to) => [from, to] as const));

for (const [from, to] of PAIRS) {
  Deno.test(`Entries: from "${from}" to "${to}", killed before each change, nothing half is ever served`, async () => {
    const plan = planOf(from, to);
    const { files, run } = host(plan);
    const { staging } = run.names;
    const old = oldPassage(run);
    const next = newPassage(run);
    const first = files.texts;
    files.watch = () => {
      for (const place of new Set([from, to])) {
        const state = stateOf(files, plan, VOLUME, place);
        assert(!state.startsWith("half"), `${place}: ${state}`);
      }
      return Promise.resolve();
    };
    /** To its end, with one death more each time. */
    const through = async (deed: () => Promise<void>) => {
      for (let left = 0;; left++) {
        files.left = left;
        try {
          await deed();
          break;
        } catch (error) {
          assertEquals((error as Error).message, "killed");
        }
      }
      files.left = Infinity;
    };

    await through(() => out(run, old));
    assertEquals(await isPlaceholder(run, VOLUME), true);
    assertEquals(stateOf(files, plan, plan.backup, from), "old");

    files.put(`${staging}/`);
    put(files, staging, to, "new");
    await through(async () =>
      moveIn(run, next, await listEntries(run, next, "aside"))
    );
    assertEquals(stateOf(files, plan, VOLUME, to), "new");
    assertEquals(stateOf(files, plan, plan.backup, from), "old");

    await through(() => out(run, next));
    assertEquals(await isPlaceholder(run, VOLUME), true);
    assertEquals(stateOf(files, plan, staging, to), "new");

    await through(async () =>
      moveIn(run, old, await listEntries(run, old, "aside"))
    );
    assertEquals(stateOf(files, plan, VOLUME, from), "old");
    for (const path of [staging, plan.backup, old.list, next.list]) {
      await files.remove(path);
    }
    assertEquals(files.texts, first);
    assertEquals(
      await files.list(VOLUME),
      [
        ...new Set([
          ...from === "" ? CONTENT : [from.split("/")[0] ?? ""],
          "lost+found",
          "pgladder-20250101-000000-aaaa.aborted",
          `pgladder-${RUN}.new`,
        ]),
      ].sort(),
    );
  });
}

Deno.test("Entries: neighbours of a cluster in its own directory stay where they are", async () => {
  const plan = planOf("pgdata", "pgdata");
  const { files, run } = host(plan);
  files.put(`${VOLUME}/music/`);
  files.put(`${VOLUME}/notes`, "mine");
  await out(run, oldPassage(run));
  assertEquals(await files.list(VOLUME), [
    // Of the placeholder, which stands wherever an image may look.
    "PG_VERSION",
    "lost+found",
    "music",
    "notes",
    "pgdata",
    "pgladder-20250101-000000-aaaa.aborted",
    `pgladder-${RUN}.bak`,
    `pgladder-${RUN}.new`,
  ]);
});

Deno.test("Entries: what is another one by now is not moved, and not written over", async () => {
  const plan = planOf("", "");
  const { files, run } = host(plan);
  const old = oldPassage(run);
  files.left = 6;
  await assertRejects(() => out(run, old), Error, "killed");
  files.left = Infinity;
  await files.remove(`${VOLUME}/global`);
  files.put(`${VOLUME}/global`, "a stranger's");
  await assertRejects(
    () => out(run, old),
    Error,
    `"global" is neither in "${VOLUME}" nor in "${plan.backup}" as it was`,
  );
  assertEquals(files.texts[`${VOLUME}/global`], "a stranger's");
  assertEquals(await isPlaceholder(run, VOLUME), true);
});

Deno.test("Entries: a name that is no text, or too many of them, and nothing is moved", async () => {
  const plan = planOf("", "");
  const { files, run } = host(plan);
  const before = files.texts;
  const listed = await files.list(VOLUME) ?? [];
  const strange = Object.assign(files, {
    list: () => Promise.resolve([...listed, "\uFFFD"]),
  });
  await assertRejects(
    () =>
      listEntries(
        contextOf(plan, portsOf({ files: strange })),
        oldPassage(run),
        "inside",
      ),
    Error,
    'Cannot find "\uFFFD"',
  );
  strange.list = () =>
    Promise.resolve(Array.from({ length: 1001 }, (_, at) => `f${at}`));
  await assertRejects(
    () => listEntries(run, oldPassage(run), "inside"),
    Error,
    "has 1001 entries: too many to move",
  );
  assertEquals(files.texts, before);
});
