import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withDirectory } from "../tests/sample/scratch.ts";
import { thrownBy } from "../tests/sample/thrown.ts";
import { JournalDirectory, useNames } from "./directory.ts";

const names = (path: string) =>
  [...Deno.readDirSync(path)].map(({ name }) => name).sort();

Deno.test("What was put in its place meanwhile is not written to", () =>
  withDirectory((path) => {
    Deno.mkdirSync(`${path}/own`);
    Deno.mkdirSync(`${path}/other`);
    const directory = new JournalDirectory(`${path}/own`);
    directory.replace("first\n");
    Deno.renameSync(`${path}/own`, `${path}/away`);
    for (const make of [Deno.symlinkSync, Deno.renameSync]) {
      make(`${path}/other`, `${path}/own`);
      assertStringIncludes(
        thrownBy(() => directory.replace("second\n"), Error).message,
        "was replaced",
      );
      if (make === Deno.symlinkSync) Deno.removeSync(`${path}/own`);
    }
    assertEquals(names(`${path}/own`), []);
    assertEquals(Deno.readTextFileSync(`${path}/away/journal.json`), "first\n");
  }));

Deno.test("Where names are made by somebody it is told to, all goes by them", () =>
  withDirectory((path) => {
    const made: string[] = [];
    const plain = (name: string) => name.slice(path.length + 1);
    useNames(() => ({
      create(name) {
        made.push(`create ${plain(name)}`);
        Deno.writeTextFileSync(name, "");
        return Deno.lstatSync(name).ino ?? undefined;
      },
      replace(from, to) {
        made.push(`replace ${plain(from)} ${plain(to)}`);
        Deno.renameSync(from, to);
        return true;
      },
      removeOne(name) {
        made.push(`remove ${plain(name)}`);
        return false;
      },
    }));
    try {
      const directory = new JournalDirectory(path);
      assert(directory.tryLock());
      directory.replace("whole\n");
      assertEquals(directory.read(), "whole\n");
      directory.unlock();
    } finally {
      useNames(() => undefined);
    }
    assertEquals(made, [
      "create lock",
      "remove journal.json.new",
      "create journal.json.new",
      "replace journal.json.new journal.json",
    ]);
  }));

Deno.test("What was made and is not what is opened is not written to", () =>
  withDirectory((path) => {
    useNames(() => ({
      create(name) {
        Deno.writeTextFileSync(name, "");
        return -1;
      },
      replace: () => false,
      removeOne: () => false,
    }));
    try {
      const directory = new JournalDirectory(path);
      thrownBy(() => directory.replace("whole\n"), Error);
      assertEquals(directory.read(), undefined);
    } finally {
      useNames(() => undefined);
    }
  }));
