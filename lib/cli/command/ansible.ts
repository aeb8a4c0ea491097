import { dirname, join, resolve } from "@std/path";
import { optionFiles } from "../ansible/options.ts";
import { assetPath } from "../../assets.ts";
import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import type { Files } from "../../port/files.ts";
import type { App } from "./command.ts";

const READABLE = 0o644;

/** Writes an Ansible project, which upgrades many hosts one after another. */
export async function ansible(app: App): Promise<number> {
  const { args, operator, ports } = app;
  if (args.operand === undefined) {
    throw new Failure("usage", {
      problem: "No directory is named",
      hint: "pgladder ansible DIR",
    });
  }
  const home = resolve(args.operand);
  await requireEmpty(home, ports.files);
  const project = {
    ...await textsBelow(assetPath("cli/ansible/project"), ports.files),
    ...optionFiles({
      machine: (await ports.host.run(["uname", "-m"])).stdout.trim(),
      source: app.self.length === 1 ? app.self[0] ?? "" : "",
    }),
  };
  for (const [name, text] of Object.entries(project)) {
    const path = join(home, name);
    await makeDirectories(dirname(path), ports.files);
    await ports.files.writeText(path, text, READABLE);
  }
  const names = Object.keys(project).toSorted();
  operator.print(
    args.options.json
      ? JSON.stringify({ directory: home, files: names }, null, 2)
      : `Wrote ${names.length} files into ${home}. ` +
        "Put your hosts into inventory.yml there; README.md says the rest.",
  );
  return EXIT.done;
}

/** What somebody has written there is theirs, an older project too. */
async function requireEmpty(home: string, files: Files) {
  const found = await files.look(home);
  const reason = found === undefined
    ? ""
    : found.kind !== "directory"
    ? "it is no directory"
    : (await files.list(home))?.length === 0
    ? ""
    : "it is not empty";
  if (reason === "") return;
  throw new Failure("usage", {
    problem: `Cannot write an Ansible project into "${home}": ${reason}`,
    hint: "Name a directory that is empty, or not there yet",
  });
}

/** The files below a directory, by their path in it. */
async function textsBelow(
  home: string,
  files: Files,
  below = "",
): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const name of await files.list(join(home, below)) ?? []) {
    const path = join(below, name);
    const text = (await files.look(join(home, path)))?.kind === "directory"
      ? undefined
      : await files.readText(join(home, path));
    if (text === undefined) {
      Object.assign(texts, await textsBelow(home, files, path));
    } else texts[path] = text;
  }
  return texts;
}

async function makeDirectories(path: string, files: Files) {
  if (await files.look(path) !== undefined) return;
  await makeDirectories(dirname(path), files);
  await files.makeDirectory(path);
}
