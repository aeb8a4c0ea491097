import { assertEquals, assertRejects } from "@std/assert";
import type { Files } from "../../lib/port/files.ts";
import { PortError } from "../../lib/port/ports.ts";
import type { FilesUnderTest, Planted } from "./files.ts";

type Test = (
  name: string,
  body: (
    files: Files,
    plant: (name: string, uid: number, what: Planted) => void,
    at: (name: string) => string,
  ) => Promise<void>,
) => void;

/** What others may have put where root reads. */
export function plantedContract(
  label: string,
  make: () => Promise<FilesUnderTest>,
): void {
  const test: Test = (name, body) =>
    Deno.test(`Files, ${label}: ${name}`, async () => {
      const { files, directory, plant } = await make();
      const at = (name: string) => `${directory}/${name}`;
      await body(files, (name, uid, what) => plant(at(name), uid, what), at);
    });

  test(
    "a pipe is told, and no reader waits on it",
    async (files, plant, at) => {
      plant("p", 999, "pipe");
      assertEquals((await files.look(at("p")))?.kind, "other");
      await assertRejects(() => files.readText(at("p")), PortError);
      await assertRejects(() => files.writeText(at("p"), "x"), PortError);
      plant("l", 0, { link: at("p") });
      await assertRejects(() => files.readText(at("l")), PortError);
    },
  );

  test("a link is told, and root's are followed", async (files, plant, at) => {
    await files.writeText(at("f"), "text");
    plant("l", 0, { link: at("f") });
    plant("m", 0, { link: at("l") });
    plant("nowhere", 0, { link: at("none") });
    const link = await files.look(at("m"));
    assertEquals([link?.kind, link?.target], ["link", at("l")]);
    assertEquals(await files.readText(at("m")), "text");
    assertEquals(await files.readText(at("nowhere")), undefined);
    await assertRejects(() => files.writeText(at("m"), "x"), PortError);
    assertEquals(await files.readText(at("f")), "text");
  });

  othersFiles(test);
  bareNames(label, make);
}

function bareNames(
  label: string,
  make: () => Promise<FilesUnderTest>,
): void {
  Deno.test(`Files, ${label}: a bare name is in the working directory`, async () => {
    const { directory, enter, files } = await make();
    const leave = enter();
    try {
      await files.writeText("bare.txt", "x");
      assertEquals((await files.look("bare.txt"))?.kind, "file");
      assertEquals(await files.readText("bare.txt"), "x");
      await files.makeDirectory("bare");
      await files.writeText("bare/f", "y");
      await files.syncFileSystem("bare");
      assertEquals(
        await files.sizeOf("bare"),
        await files.sizeOf(`${directory}/bare`),
      );
      await files.remove("bare.txt");
    } finally {
      leave();
    }
    assertEquals(await files.list(directory), ["bare"]);
    assertEquals(await files.readText(`${directory}/bare/f`), "y");
  });
}

function othersFiles(test: Test): void {
  test(
    "another's link leads to what that one owns",
    async (files, plant, at) => {
      plant("theirs", 999, { text: "theirs" });
      plant("others", 1000, { text: "others" });
      await files.writeText(at("roots"), "roots");
      for (const name of ["theirs", "others", "roots"]) {
        plant(`to-${name}`, 999, { link: at(name) });
      }
      plant("over", 0, { link: at("to-roots") });
      assertEquals(await files.readText(at("to-theirs")), "theirs");
      for (const name of ["to-others", "to-roots", "over"]) {
        await assertRejects(
          () => files.readText(at(name)),
          PortError,
          at(name),
        );
      }
    },
  );

  test("a file is read up to its limit", async (files, plant, at) => {
    plant("f", 999, { text: "0123456789" });
    assertEquals(await files.readText(at("f"), { most: 10 }), "0123456789");
    await assertRejects(
      () => files.readText(at("f"), { most: 9 }),
      PortError,
      `'${at("f")}' is longer than 9 bytes`,
    );
    assertEquals(await files.readText(at("f"), { most: 3, end: true }), "789");
  });
}
