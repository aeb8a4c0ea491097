/** sample.ts packed as pgladder is, and bare roots with it in. */
import { fromFileUrl, join } from "@std/path";
import { BareRoot, must } from "./bare_root.ts";

const repository = fromFileUrl(new URL("../..", import.meta.url));
const script = join(repository, "lib/pack/build.sh");

/** Builds dist/pgladder; returns its path. */
export async function build(): Promise<string> {
  await must("sh", [script]);
  return join(repository, "dist/pgladder");
}

const directories: string[] = [];

/** Packs sample.ts, its `version` answering `answer`; returns the file. */
export async function packSample(answer: string): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "pgladder-sample-" });
  directories.push(directory);
  for (const name of ["deno.json", "deno.lock"]) {
    await Deno.copyFile(join(repository, name), join(directory, name));
  }
  await Deno.mkdir(join(directory, "lib/job"), { recursive: true });
  await Deno.writeTextFile(
    join(directory, "lib/job/job.sh"),
    "echo from a script",
  );
  await Deno.mkdir(join(directory, "journal"));
  const source = await Deno.readTextFile(
    join(repository, "lib/pack/sample.ts"),
  );
  await Deno.writeTextFile(
    join(directory, "lib/sample.ts"),
    source.replaceAll(`"sample"`, `"${answer}"`),
  );
  await Deno.writeTextFile(
    join(directory, "main.ts"),
    `import "./lib/sample.ts";`,
  );
  const file = join(directory, "sample");
  await must("env", ["PACK_LEVEL=1", "sh", script, directory, file]);
  return file;
}

const packed = new Map<string, Promise<string>>();

/** The packed sample with that answer; each is packed once. */
export function sample(answer = "sample"): Promise<string> {
  const file = packed.get(answer) ?? packSample(answer);
  packed.set(answer, file);
  return file;
}

/** Removes what was packed. */
export async function removeSamples(): Promise<void> {
  packed.clear();
  for (const directory of directories.splice(0)) {
    await Deno.remove(directory, { recursive: true });
  }
}

/** A bare root with /bin/sample. */
export async function sampleRoot(): Promise<BareRoot> {
  return await BareRoot.create({ sample: await sample() });
}

/** A line of shell that lists what is unpacked in a root, without the hashes. */
export const unpacked =
  "ls -d /*/pgladder*/* /var/*/pgladder*/* 2>/dev/null | sed s/-[0-9a-f].*//";
