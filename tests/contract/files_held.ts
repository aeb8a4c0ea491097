import { assertEquals } from "@std/assert";
import { Disk } from "../../lib/adapter/disk.ts";
import { runOk } from "../../lib/adapter/process.ts";
import { until } from "./until.ts";

const files = new Disk();

/** Who holds a directory, below an empty one. */
export function heldTests(
  label: string,
  directory: () => Promise<string>,
): void {
  const test = (name: string, body: (at: string) => Promise<void>) =>
    Deno.test(`Who holds it, ${label}: ${name}`, async () => {
      await body(await directory());
    });

  test("a process that works below", async (at) => {
    Deno.mkdirSync(`${at}/d/18/docker`, { recursive: true });
    await beside(["sleep", "60"], `${at}/d/18/docker`, async (pid) => {
      const [user, ...others] = await files.usersOf(`${at}/d`);
      assertEquals(others, []);
      assertEquals(user, {
        pid,
        name: "sleep",
        container: "",
        working: true,
      });
      // By inode: it goes on holding what has been renamed.
      await files.rename(`${at}/d`, `${at}/e`);
      assertEquals((await files.usersOf(`${at}/e`)).length, 1);
      assertEquals((await files.usersOf(at)).length, 1);
      Deno.mkdirSync(`${at}/d`);
      assertEquals(await files.usersOf(`${at}/d`), []);
    });
    assertEquals(await files.usersOf(`${at}/e`), []);
  });

  for (const mounted of [".", "data", ".."]) {
    test(`who has '${mounted}' mounted elsewhere`, async (at) => {
      Deno.mkdirSync(`${at}/p/d/data`, { recursive: true });
      await mounting(at, `p/d/${mounted}`, "", async (pid) => {
        const [user, ...others] = await files.usersOf(`${at}/p/d`);
        assertEquals(others, []);
        assertEquals([user?.pid, user?.working], [pid, false]);
        assertEquals(await files.usersOf(`${at}/elsewhere`), []);
      });
    });
  }

  test("what is apart is not held by who has the one above", async (at) => {
    Deno.mkdirSync(`${at}/p/d`, { recursive: true });
    await mounting(at, "p/.", "", async (pid) => {
      assertEquals(await files.usersOf(`${at}/p/d`, "apart"), []);
      assertEquals((await files.usersOf(`${at}/p`, "apart"))[0]?.pid, pid);
    });
  });

  test("not who can only read", async (at) => {
    Deno.mkdirSync(`${at}/d`);
    const more = `mount -o remount,ro,bind "${at}/elsewhere";`;
    await mounting(at, "d", more, async () => {
      assertEquals(await files.usersOf(`${at}/d`), []);
    });
  });
  privateTests(test);
}

function privateTests(
  test: (name: string, body: (at: string) => Promise<void>) => void,
): void {
  test("not who has a private copy of the host's mounts", async (at) => {
    Deno.mkdirSync(`${at}/d`);
    await runOk(["mount", "--bind", `${at}/d`, `${at}/d`]);
    const command = ["unshare", "-m", "sh", "-c"];
    const script = `touch "${at}/ready"; exec sleep 60`;
    try {
      await beside([...command, script], "/", async () => {
        await ready(at);
        assertEquals(await files.usersOf(`${at}/d`), []);
      });
    } finally {
      await runOk(["umount", `${at}/d`]);
    }
  });
}

/** A process that has a directory mounted where nobody else sees it. */
async function mounting(
  at: string,
  mounted: string,
  more: string,
  act: (pid: number) => Promise<void>,
): Promise<void> {
  Deno.mkdirSync(`${at}/elsewhere`);
  const script = `mount --bind "${at}/${mounted}" "${at}/elsewhere"; ${more} ` +
    `touch "${at}/ready"; exec sleep 60`;
  await beside(["unshare", "-m", "sh", "-c", script], "/", async (pid) => {
    await ready(at);
    await act(pid);
  });
}

async function ready(at: string): Promise<void> {
  await until(
    "that it is ready",
    async () => (await files.look(`${at}/ready`)) !== undefined,
  );
}

async function beside(
  [program = "", ...args]: readonly string[],
  cwd: string,
  act: (pid: number) => Promise<void>,
): Promise<void> {
  const child = new Deno.Command(program, { args, cwd }).spawn();
  try {
    await act(child.pid);
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
}
