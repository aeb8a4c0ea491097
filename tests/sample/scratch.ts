/** Makes an empty directory, gives it to the body, and removes it. */
export async function withDirectory(
  body: (path: string) => Promise<void> | void,
) {
  const path = Deno.makeTempDirSync({ prefix: "pgladder-test-" });
  try {
    await body(path);
  } finally {
    Deno.removeSync(path, { recursive: true });
  }
}

/** The same on a file system of its own, of so many bytes; it wants root. */
export async function withSmallDisk(
  bytes: number,
  body: (path: string) => Promise<void> | void,
) {
  await withDirectory(async (path) => {
    runOk("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "none", path]);
    try {
      await body(path);
    } finally {
      runOk("umount", [path]);
    }
  });
}

function runOk(program: string, args: string[]) {
  const { success, stderr } = new Deno.Command(program, { args }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
