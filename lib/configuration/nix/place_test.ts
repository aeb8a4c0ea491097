import { assert, assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli";
import { dirname, fromFileUrl, join } from "@std/path";
import { unifiedDiff } from "../diff.ts";
import { Configuration } from "./configuration.ts";
import { applyEdits, type Edit } from "../edit.ts";
import { place } from "./place.ts";
import { Sources } from "./sources.ts";
import type { EditTarget, Placement } from "../target.ts";

/**
 * Files of Nix as people write them, and beside each what is made of it: the
 * first line has what is wanted, what follows is the change or the refusal. With
 * `UPDATE_GOLDEN=1` the expectations are written again, to be read in the diff.
 */

const FOLDER = fromFileUrl(
  new URL("../../../tests/golden/nix", import.meta.url),
);
const SYSTEM = fromFileUrl(
  new URL("../../../tests/specs/nixos/system.nix", import.meta.url),
);
const HOME = "/etc/nixos";

interface Case {
  readonly texts: ReadonlyMap<string, string>;
  readonly words: string;
  readonly expected: string;
}

function readCase(name: string): Case {
  const [first = "", ...rest] = Deno.readTextFileSync(`${FOLDER}/${name}.txt`)
    .split("\n");
  const texts = new Map<string, string>();
  const add = (file: string, path: string) =>
    texts.set(path, Deno.readTextFileSync(file));
  const walk = (directory: string, path: string) => {
    for (const { isDirectory, name } of Deno.readDirSync(directory)) {
      const file = join(directory, name);
      if (isDirectory) walk(file, `${path}/${name}`);
      else add(file, `${path}/${name}`);
    }
  };
  if (name.startsWith("tree-")) walk(`${FOLDER}/${name}`, HOME);
  else add(`${FOLDER}/${name}.nix`, `${HOME}/configuration.nix`);
  return {
    texts,
    words: first.replace(/^\$ ?/, ""),
    expected: rest.join("\n"),
  };
}

/** The machine's own file, where it is named. */
function fileOf({ words }: Case): string | undefined {
  return /--nix-file (\S+)/.exec(words)?.[1];
}

function wishOf({ words }: Case): EditTarget {
  const { _, ...options } = parseArgs(words.split(" "), {
    string: [
      ..."from to repository container nix-option nix-file".split(" "),
      ..."from-image to-image".split(" "),
    ],
  }) as Record<string, string | undefined> & { _: unknown };
  const { from = "15", to = "17" } = options;
  const repository = options["repository"] ?? "docker.io/library/postgres";
  const toImage = options["to-image"];
  const option = options["nix-option"]?.split(".");
  return {
    container: options["container"] ?? "db",
    ...(option === undefined ? {} : { option }),
    from: {
      tag: toImage === undefined ? from : "",
      image: options["from-image"] ?? `${repository}:${from}`,
    },
    to: {
      tag: toImage === undefined ? to : "",
      image: toImage ?? `${repository}:${to}`,
    },
    ...(to === "18"
      ? {
        mount: {
          volume: "/srv/db",
          fromPath: "/var/lib/postgresql/data",
          toPath: "/var/lib/postgresql",
        },
      }
      : {}),
  };
}

function placeCase(it: Case): Placement {
  const { texts } = it;
  const root = [`${HOME}/flake.nix`, `${HOME}/configuration.nix`]
    .find((file) => texts.has(file));
  return place(
    wishOf(it),
    new Configuration(new Sources(texts), {
      root,
      host: "db-host",
      file: fileOf(it),
    }),
  );
}

function show(placement: Placement, texts: ReadonlyMap<string, string>) {
  switch (placement.kind) {
    case "placed":
      return [
        `${placement.added ? "added" : "changed"}: ${placement.found}`,
        ...byFile(placement.edits).map(([file, edits]) =>
          unifiedDiff(file, texts.get(file) ?? "", edits)
        ),
      ].join("\n");
    case "several":
      return [
        `several: ${placement.problem}`,
        ...placement.candidates.map(({ edits, text }) =>
          `  ${text}${edits.length === 0 ? "   (not by itself)" : ""}`
        ),
        ...placement.byHand.map((line) => `by hand: ${line}`),
      ].join("\n");
    case "none":
      return [
        `none: ${placement.problem}`,
        ...placement.byHand.map((line) => `by hand: ${line}`),
      ].join("\n");
  }
}

function byFile(edits: readonly Edit[]): [string, Edit[]][] {
  return [...Map.groupBy(edits, ({ file }) => file)];
}

const NAMES = [...Deno.readDirSync(FOLDER)]
  .map(({ name }) => name)
  .filter((name) => name.endsWith(".txt"))
  .map((name) => name.slice(0, -4))
  .sort();

for (const name of NAMES) {
  Deno.test(`place(): ${name}`, () => {
    const it = readCase(name);
    const shown = `${show(placeCase(it), it.texts)}\n`;
    if (Deno.env.get("UPDATE_GOLDEN") === "1") {
      Deno.writeTextFileSync(
        `${FOLDER}/${name}.txt`,
        `${`$ ${it.words}`.trim()}\n${shown}`,
      );
    } else assertEquals(shown, it.expected);
  });
}

Deno.test("place(): not one other byte is changed", () => {
  let placed = 0;
  for (const name of NAMES) {
    const it = readCase(name);
    const placement = placeCase(it);
    if (placement.kind !== "placed") continue;
    placed += 1;
    for (const [file, edits] of byFile(placement.edits)) {
      const before = it.texts.get(file) ?? "";
      const after = applyEdits(before, edits);
      let back = after;
      for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
        const at = edit.start;
        assertEquals(back.slice(at, at + edit.new.length), edit.new, name);
        back = back.slice(0, at) + edit.old + back.slice(at + edit.new.length);
      }
      assertEquals(back, before, name);
      // What is exchanged is the value: the borders are not letters of it.
      for (const { end, start, old } of edits) {
        assertEquals(before.slice(start, end), old, name);
      }
    }
  }
  assert(placed > 30, `only ${placed}`);
});

const HAS_NIX = [...(Deno.env.get("PATH") ?? "").split(":")].some((place) => {
  try {
    return Deno.statSync(`${place}/nix-instantiate`).isFile;
  } catch {
    return false;
  }
});

Deno.test({
  name: "place(): Nix itself reads every result",
  ignore: !HAS_NIX,
  async fn() {
    const directory = await Deno.makeTempDir();
    try {
      const files: string[] = [];
      for (const name of NAMES) {
        const it = readCase(name);
        const placement = placeCase(it);
        if (placement.kind !== "placed") continue;
        for (const [file, edits] of byFile(placement.edits)) {
          const path = `${directory}/${files.length}.nix`;
          const text = applyEdits(it.texts.get(file) ?? "", edits);
          await Deno.writeTextFile(path, text);
          files.push(path);
        }
      }
      const { stderr, success } = await new Deno.Command("nix-instantiate", {
        args: ["--parse", ...files],
        stdout: "null",
        stderr: "piped",
        env: { NIX_REMOTE: `local?root=${directory}/root` },
      }).output();
      assert(success, new TextDecoder().decode(stderr));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

/** What Nix makes of the containers' images, by the stand-in for NixOS. */
async function imagesIn(
  home: string,
  texts: ReadonlyMap<string, string>,
): Promise<string[] | undefined> {
  for (const [path, text] of texts) {
    const file = join(home, path.slice(HOME.length));
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
  const { stdout, success } = await new Deno.Command("nix-instantiate", {
    args: [
      ...["--eval", "--strict", "--json", SYSTEM],
      ...["--arg", "configuration", `${home}/configuration.nix`],
      ...["-A", "config.virtualisation.oci-containers.containers"],
    ],
    stderr: "null",
    env: { NIX_REMOTE: `local?root=${home}.root` },
  }).output();
  if (!success) return undefined;
  const found: unknown = JSON.parse(new TextDecoder().decode(stdout));
  return Object.values(found as Record<string, { image?: string }>)
    .map(({ image = "" }) => image).sort();
}

Deno.test({
  name: "place(): Nix evaluates the new image, wherever it evaluates the old",
  ignore: !HAS_NIX,
  async fn() {
    const directory = await Deno.makeTempDir();
    let evaluated = 0;
    try {
      for (const name of NAMES) {
        const it = readCase(name);
        const placement = placeCase(it);
        if (placement.kind !== "placed") continue;
        const { from, to } = wishOf(it);
        const before = await imagesIn(`${directory}/${name}-a`, it.texts);
        if (!before?.includes(from.image)) continue;
        const texts = new Map(it.texts);
        for (const [file, edits] of byFile(placement.edits)) {
          texts.set(file, applyEdits(it.texts.get(file) ?? "", edits));
        }
        const after = await imagesIn(`${directory}/${name}-b`, texts);
        // One of them is another one, and no other is touched.
        const wanted = before.with(before.indexOf(from.image), to.image).sort();
        assertEquals(after, wanted, name);
        evaluated += 1;
      }
    } finally {
      await Deno.remove(directory, { recursive: true });
    }

    assert(evaluated >= 20, `only ${evaluated}`);
  },
});
