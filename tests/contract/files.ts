import { assert, assertEquals, assertRejects } from "@std/assert";
import { PortError } from "../../lib/port/ports.ts";
import { plantedContract } from "./files_planted.ts";
import type { Files } from "../../lib/port/files.ts";

export interface FilesUnderTest {
  readonly files: Files;
  /** An empty directory to work in. */
  readonly directory: string;
  /** What users other than root put there. */
  readonly plant: (path: string, uid: number, what: Planted) => void;
  /** Makes it the working directory; what it gives back ends that. */
  readonly enter: () => () => void;
}

export type Planted = { readonly link: string } | "pipe" | {
  readonly text: string;
};

/** What every `Files` does, the fake one as the real one. */
export function filesContract(
  label: string,
  make: () => Promise<FilesUnderTest>,
): void {
  const test = (
    name: string,
    body: (files: Files, at: (name: string) => string) => Promise<void>,
  ) =>
    Deno.test(`Files, ${label}: ${name}`, async () => {
      const { files, directory } = await make();
      await body(files, (name) => `${directory}/${name}`);
    });

  reading(test);
  readingSmall(test);
  writing(test);
  renaming(test);
  removing(test);
  plantedContract(label, make);
}

type Test = (
  name: string,
  body: (files: Files, at: (name: string) => string) => Promise<void>,
) => void;

function reading(test: Test): void {
  test("what is not there is a value", async (files, at) => {
    assertEquals(await files.look(at("none")), undefined);
    assertEquals(await files.list(at("none")), undefined);
    assertEquals(await files.readText(at("none/below")), undefined);
    await files.writeText(at("file"), "x");
    assertEquals(await files.look(at("file/below")), undefined);
    assertEquals(await files.readText(at("file/below")), undefined);
    assertEquals(await files.usersOf(at("none")), []);
  });

  test(
    "new files of a directory, none of them in another's place",
    async (files, at) => {
      await files.writeAll(at("."), { a: "one", b: "ü" }, 0o755);
      assertEquals(await files.readText(at("a")), "one");
      assertEquals(await files.readText(at("b")), "ü");
      assertEquals((await files.look(at("b")))?.owner.mode, 0o755);
      await assertRejects(
        () => files.writeAll(at("."), { b: "other" }, 0o755),
        PortError,
      );
      assertEquals(await files.readText(at("b")), "ü");
      await assertRejects(
        () => files.writeAll(at("none"), { f: "x" }, 0o755),
        PortError,
      );
    },
  );

  test("a directory and a file, with owner and mode", async (files, at) => {
    await files.makeDirectory(at("d"), { uid: 999, gid: 998, mode: 0o1750 });
    await files.writeText(at("d/f"), "four", 0o640);
    const directory = await files.look(at("d"));
    const file = await files.look(at("d/f"));
    assertEquals(directory?.kind, "directory");
    assertEquals(directory?.owner, { uid: 999, gid: 998, mode: 0o1750 });
    assertEquals(file?.kind, "file");
    assertEquals(file?.bytes, 4);
    assertEquals(file?.owner.mode, 0o640);
    assertEquals(file?.device, directory?.device);
    assert(file?.inode !== directory?.inode);
  });

  test("names come sorted", async (files, at) => {
    for (const name of ["b", "a", "ü x", "-c"]) {
      await files.writeText(at(name), "");
    }
    assertEquals(await files.list(at(".")), ["-c", "a", "b", "ü x"]);
  });

  test("a path belongs to a file system", async (files, at) => {
    const facts = await files.fileSystem(at("not/there/yet"));
    assert(facts.freeBytes > 0);
    assertEquals(facts.readOnly, false);
    assert(at("x").startsWith(facts.mount));
    assertEquals((await files.fileSystem(at("."))).uuid, facts.uuid);
  });

  test("the size of a directory counts what is below", async (files, at) => {
    await files.makeDirectory(at("d"));
    const empty = await files.sizeOf(at("d"));
    await files.writeText(at("d/f"), "x".repeat(300_000));
    const full = await files.sizeOf(at("d"));
    assert(full - empty >= 299_000, `${empty} and ${full}`);
  });
}

function readingSmall(test: Test): void {
  test("a small file is read, a longer one is not", async (files, at) => {
    await files.writeText(at("file"), "1234");
    await files.makeDirectory(at("d"));
    assertEquals(await files.readSmall(at("file"), 4), "1234");
    assertEquals(await files.readSmall(at("file"), 3), undefined);
    assertEquals(await files.readSmall(at("d"), 4), undefined);
    assertEquals(await files.readSmall(at("none"), 4), undefined);
  });
}

function writing(test: Test): void {
  test("text is replaced whole; owner and mode stay", async (files, at) => {
    await files.writeText(at("f"), "one", 0o640);
    const before = await files.look(at("f"));
    await files.writeText(at("f"), "two and ü", 0o600);
    assertEquals(await files.readText(at("f")), "two and ü");
    assertEquals((await files.look(at("f")))?.owner, before?.owner);
    assertEquals(await files.list(at(".")), ["f"]);
  });

  test("no text is written over a directory", async (files, at) => {
    await files.makeDirectory(at("d"));
    await assertRejects(() => files.writeText(at("d"), "x"), PortError);
    await assertRejects(() => files.writeText(at("none/f"), "x"), PortError);
  });

  test("a directory is made once, and private", async (files, at) => {
    await files.makeDirectory(at("d"));
    assertEquals((await files.look(at("d")))?.owner.mode, 0o700);
    await assertRejects(
      () => files.makeDirectory(at("d")),
      PortError,
      `'${at("d")}' is already there`,
    );
    await assertRejects(() => files.makeDirectory(at("none/d")), PortError);
    assertEquals(await files.list(at(".")), ["d"]);
  });

  test("a directory is given to another owner", async (files, at) => {
    await files.makeDirectory(at("d"));
    const before = await files.look(at("d"));
    const owner = { uid: 999, gid: 998, mode: 0o1750 };
    await files.give(at("d"), owner);
    const after = await files.look(at("d"));
    assertEquals(after, before && { ...before, owner });
    await files.writeText(at("f"), "x", 0o640);
    for (const name of ["f", "none"]) {
      await assertRejects(() => files.give(at(name), owner), PortError);
    }
    assertEquals((await files.look(at("f")))?.owner.uid, 0);
  });

  test("a file system is synced", async (files, at) => {
    await files.writeText(at("f"), "x");
    await files.syncFileSystem(at("."));
    await assertRejects(() => files.syncFileSystem(at("none")), PortError);
  });
}

function renaming(test: Test): void {
  test("a rename keeps the inode", async (files, at) => {
    await files.makeDirectory(at("a"));
    const before = await files.look(at("a"));
    await files.rename(at("a"), at("b"));
    assertEquals(await files.look(at("a")), undefined);
    assertEquals((await files.look(at("b")))?.inode, before?.inode);
  });

  test(
    "a rename replaces nothing, not even what is empty",
    async (files, at) => {
      await files.makeDirectory(at("a"));
      await files.makeDirectory(at("b"));
      await assertRejects(
        () => files.rename(at("a"), at("b")),
        PortError,
        `Cannot rename '${at("a")}' to '${at("b")}': '${
          at("b")
        }' is already there`,
      );
      await assertRejects(
        () => files.rename(at("none"), at("c")),
        PortError,
        `'${at("none")}' is not there`,
      );
      assertEquals(await files.list(at(".")), ["a", "b"]);
    },
  );

  test("an exchange swaps two directories", async (files, at) => {
    await files.makeDirectory(at("a"));
    await files.makeDirectory(at("b"));
    // A name of the other one inside must not draw the exchange there.
    await files.makeDirectory(at("b/a"));
    const [a, b] = [await files.look(at("a")), await files.look(at("b"))];
    await files.exchange(at("a"), at("b"));
    assertEquals((await files.look(at("a")))?.inode, b?.inode);
    assertEquals((await files.look(at("b")))?.inode, a?.inode);
    assertEquals(await files.list(at("a")), ["a"]);
  });

  test("what is tried out leaves nothing", async (files, at) => {
    assertEquals(await files.canExchange(at(".")), true);
    assertEquals(typeof await files.canClone(at(".")), "boolean");
    assertEquals(await files.canClone(at("none")), false);
    assertEquals(await files.canExchange(at("none")), false);
    assertEquals(typeof await files.canClone(at("."), "within"), "boolean");
    assertEquals(await files.canClone(at("none"), "within"), false);
    assertEquals(await files.list(at(".")), []);
  });

  test("an exchange wants both", async (files, at) => {
    await files.makeDirectory(at("a"));
    for (const pair of [["a", "none"], ["none", "a"]] as const) {
      await assertRejects(
        () => files.exchange(at(pair[0]), at(pair[1])),
        PortError,
        `'${at("none")}' is not there`,
      );
    }
    assertEquals(await files.list(at(".")), ["a"]);
  });
}

function removing(test: Test): void {
  test("a tree goes, and a second time is no error", async (files, at) => {
    await files.makeDirectory(at("d"), { uid: 999, gid: 999, mode: 0o700 });
    await files.makeDirectory(at("d/e"), { uid: 999, gid: 999, mode: 0 });
    await files.writeText(at("d/e/f"), "x", 0);
    await files.remove(at("d"));
    assertEquals(await files.look(at("d")), undefined);
    await files.remove(at("d"));
    await files.remove(at("none/below"));
  });

  test("a file goes", async (files, at) => {
    await files.writeText(at("f"), "x");
    await files.remove(at("f"));
    assertEquals(await files.list(at(".")), []);
  });
}
