import { assertEquals, assertRejects } from "@std/assert";
import { Disk } from "../../lib/adapter/disk.ts";
import { runOk } from "../../lib/adapter/process.ts";
import { PortError } from "../../lib/port/ports.ts";

type Test = (name: string, body: (at: string) => Promise<void>) => void;

const files = new Disk();

/** What only a real disk can show, below an empty directory. */
export function diskTests(
  label: string,
  directory: () => Promise<string>,
): void {
  const test: Test = (name, body) =>
    Deno.test(`Disk, ${label}: ${name}`, async () => {
      await body(await directory());
    });

  test("links are told, not followed", async (at) => {
    await files.makeDirectory(`${at}/d`);
    await files.writeText(`${at}/d/kept`, "x");
    Deno.symlinkSync(`${at}/d`, `${at}/link`);
    Deno.symlinkSync(`${at}/none`, `${at}/d/dangling`);
    assertEquals((await files.look(`${at}/link`))?.kind, "link");
    await assertRejects(
      () => files.give(`${at}/link`, { uid: 9, gid: 9, mode: 0o755 }),
      PortError,
    );
    assertEquals((await files.look(`${at}/d/dangling`))?.kind, "link");
    await assertRejects(() => files.writeText(`${at}/link`, "x"), PortError);
    await files.remove(`${at}/link`);
    assertEquals(await files.list(`${at}/d`), ["dangling", "kept"]);
    Deno.mkdirSync(`${at}/e`);
    Deno.symlinkSync(`${at}/d`, `${at}/e/link`);
    await files.remove(`${at}/e`);
    assertEquals(await files.readText(`${at}/d/kept`), "x");
  });

  test("what an interrupted write left is no obstacle", async (at) => {
    Deno.writeTextFileSync(`${at}/.f.pgladder-new`, "half");
    await files.writeText(`${at}/f`, "whole");
    assertEquals(await files.list(at), ["f"]);
  });

  test("a full disk leaves no half file", async (at) => {
    Deno.mkdirSync(`${at}/m`);
    await runOk(["mount", "-t", "tmpfs", "-o", "size=64k", "none", `${at}/m`]);
    try {
      await files.writeText(`${at}/m/f`, "before");
      const much = "x".repeat(100_000);
      await assertRejects(() => files.writeText(`${at}/m/f`, much), PortError);
      assertEquals(await files.list(`${at}/m`), ["f"]);
      assertEquals(await files.readText(`${at}/m/f`), "before");
    } finally {
      await runOk(["umount", `${at}/m`]);
    }
  });

  test("what an interrupted making left is no obstacle", async (at) => {
    Deno.mkdirSync(`${at}/.d.pgladder-new`);
    await files.makeDirectory(`${at}/d`);
    assertEquals(await files.list(at), ["d"]);
  });

  mountTests(test);
}

function mountTests(test: Test): void {
  test("a mount point is neither moved nor removed", async (at) => {
    for (const name of ["d", "d/m", "e"]) Deno.mkdirSync(`${at}/${name}`);
    await runOk(["mount", "-t", "tmpfs", "none", `${at}/d/m`]);
    try {
      await assertRejects(
        () => files.remove(`${at}/d`),
        PortError,
        `Cannot remove '${at}/d': a file system is mounted on '${at}/d/m'`,
      );
      await assertRejects(
        () => files.exchange(`${at}/d/m`, `${at}/e`),
        PortError,
        `'${at}/d/m' is a mount point`,
      );
      Deno.mkdirSync(`${at}/d/m/x`);
      await assertRejects(
        () => files.exchange(`${at}/d/m/x`, `${at}/e`),
        PortError,
        "they lie on different file systems",
      );
      await assertRejects(
        () => files.rename(`${at}/e`, `${at}/d/m/e`),
        PortError,
        "they lie on different file systems",
      );
    } finally {
      await runOk(["umount", `${at}/d/m`]);
    }
    await files.remove(`${at}/d`);
  });

  test("a bind mount of the same file system is another one", async (at) => {
    for (const name of ["d", "e"]) Deno.mkdirSync(`${at}/${name}`);
    Deno.mkdirSync(`${at}/d/x`);
    await runOk(["mount", "--bind", `${at}/e`, `${at}/e`]);
    try {
      await assertRejects(
        () => files.rename(`${at}/d/x`, `${at}/e/x`),
        PortError,
        "they lie on different file systems",
      );
    } finally {
      await runOk(["umount", `${at}/e`]);
    }
  });
}
