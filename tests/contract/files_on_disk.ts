import { assert, assertEquals, assertRejects } from "@std/assert";
import { Disk } from "../../lib/adapter/disk.ts";
import { run, runOk } from "../../lib/adapter/process.ts";
import { PortError } from "../../lib/port/ports.ts";

/** What only a real disk can show, below an empty directory. */
export function diskTests(label: string, directory: () => Promise<string>) {
  const files = new Disk();
  const test = (name: string, body: (at: string) => Promise<void>) =>
    Deno.test(`Disk, ${label}: ${name}`, async () => {
      await body(await directory());
    });

  test("links are told, not followed", async (at) => {
    await files.makeDirectory(`${at}/d`);
    await files.writeText(`${at}/d/kept`, "x");
    Deno.symlinkSync(`${at}/d`, `${at}/link`);
    Deno.symlinkSync(`${at}/none`, `${at}/d/dangling`);
    assertEquals((await files.look(`${at}/link`))?.kind, "link");
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

  test("a process that works below holds the directory", async (at) => {
    Deno.mkdirSync(`${at}/d/18/docker`, { recursive: true });
    const sleeper = new Deno.Command("sleep", {
      args: ["60"],
      cwd: `${at}/d/18/docker`,
    }).spawn();
    try {
      const [holder, ...others] = await files.holders(`${at}/d`);
      assertEquals(others, []);
      assertEquals([holder?.pid, holder?.name], [sleeper.pid, "sleep"]);
      assertEquals(holder?.working, true);
      // By inode: it goes on holding what has been renamed.
      await files.rename(`${at}/d`, `${at}/e`);
      assertEquals((await files.holders(`${at}/e`)).length, 1);
      assertEquals((await files.holders(at)).length, 1);
      Deno.mkdirSync(`${at}/d`);
      assertEquals(await files.holders(`${at}/d`), []);
    } finally {
      sleeper.kill("SIGKILL");
      await sleeper.status;
    }
    assertEquals(await files.holders(`${at}/e`), []);
  });

  test("a mount in another namespace holds the directory", async (at) => {
    Deno.mkdirSync(`${at}/d/data`, { recursive: true });
    Deno.mkdirSync(`${at}/elsewhere`);
    for (const mounted of ["d", "d/data"]) {
      const script = `mount --bind "${at}/${mounted}" "${at}/elsewhere"; ` +
        `touch "${at}/ready"; exec sleep 60`;
      const sleeper = new Deno.Command("unshare", {
        args: ["-m", "sh", "-c", script],
        cwd: "/",
      }).spawn();
      try {
        await until(async () =>
          (await files.look(`${at}/ready`)) !== undefined
        );
        const holders = await files.holders(`${at}/d`);
        assert(holders.some(({ pid }) => pid === sleeper.pid), mounted);
        assertEquals(holders.some(({ working }) => working), false);
        assertEquals(await files.holders(`${at}/elsewhere`), []);
      } finally {
        sleeper.kill("SIGKILL");
        await sleeper.status;
        await files.remove(`${at}/ready`);
      }
    }
  });

  test("a private copy of the host's mounts holds nothing", async (at) => {
    Deno.mkdirSync(`${at}/d`);
    await runOk(["mount", "--bind", `${at}/d`, `${at}/d`]);
    const sleeper = new Deno.Command("unshare", {
      args: ["-m", "sleep", "60"],
      cwd: "/",
    }).spawn();
    try {
      await until(async () =>
        (await run(["test", "-d", `/proc/${sleeper.pid}`])).code === 0
      );
      assertEquals(await files.holders(`${at}/d`), []);
    } finally {
      sleeper.kill("SIGKILL");
      await sleeper.status;
      await runOk(["umount", `${at}/d`]);
    }
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("It has not come about in 4 s");
}
