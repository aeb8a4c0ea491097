/** dist/pgladder as a process: names, environment, exit codes, signals, and what it tidies up. */
import { assertEquals } from "@std/assert";
import { BareRoot, run } from "./bare_root.ts";
import {
  packSample,
  removeSamples,
  sample,
  sampleRoot,
  unpacked,
} from "./packed_sample.ts";

Deno.test.afterAll(removeSamples);

/** The environment of a child of the sample, started by `script`. */
async function childEnvironment(
  root: BareRoot,
  script: string,
): Promise<Map<string, string>> {
  const { stdout } = await root.run(script);
  return new Map(
    stdout.split("\n").map((line) => {
      const [name = "", ...value] = line.split("=");
      return [name, value.join("=")];
    }),
  );
}

Deno.test("start: knows the name it can be started by again", async () => {
  await using root = await sampleRoot();
  const starts = {
    "sample child": "/bin/sample",
    "cd /bin && ./sample child": "/bin/sample",
    "cd /var && ../bin/sample child": "/bin/sample",
    "cd /bin && sh sample child": "/bin/sample",
    "cd /var && bash sample child": "/bin/sample",
    "cd /var && bash /bin/sample child": "/bin/sample",
    "ln -s /bin/sample /tmp/link && /tmp/link child": "/tmp/link",
    "mkdir '/tmp/a b' && cp /bin/sample '/tmp/a b/s' && cd '/tmp/a b' && ./s child":
      "/tmp/a b/s",
  };
  for (const [script, self] of Object.entries(starts)) {
    assertEquals(
      (await childEnvironment(root, script)).get("PGLADDER_SELF"),
      self,
      script,
    );
  }
});

Deno.test("start: the caller's environment neither harms it nor is lost", async () => {
  await using root = await sampleRoot();
  const harmful = {
    LD_PRELOAD: "/nowhere.so",
    LD_LIBRARY_PATH: "/nowhere",
    DENO_V8_FLAGS: "--no-such-flag",
    DENO_CERT: "/nowhere",
    NODE_OPTIONS: "--require=/nowhere",
    OTEL_DENO: "true",
    ZX_PREFIX: "touch /tmp/zx;",
    BASH_ENV: "/tmp/bash",
    ENV: "/tmp/sh",
    TAR_OPTIONS: "--no-such-option",
  };
  const exports = Object.entries({ ...harmful, KEPT: "as it is" })
    .map(([name, value]) => `export ${name}='${value}'`).join("; ");
  const zx = await root.run(`${exports}; sample zx; ls /tmp`);
  assertEquals(zx, { code: 0, stdout: "from a child", stderr: "" });
  const child = await childEnvironment(root, `${exports}; sample child`);
  const { TAR_OPTIONS: _kept, ...removed } = harmful;
  for (const name of Object.keys(removed)) {
    assertEquals(child.get(name), undefined, name);
  }
  assertEquals([child.get("KEPT"), child.get("PATH"), child.get("HOME")], [
    "as it is",
    "/bin",
    "/",
  ]);
  const bare = await childEnvironment(
    root,
    "ln -s /bin/env /var/env; rm -r /var/lib/pgladder; PATH=/var /bin/sample child",
  );
  assertEquals(
    bare.get("PATH"),
    "/var",
    "what it needs itself it finds elsewhere",
  );
  assertEquals(
    (await root.run("umask 027; sample umask")).stdout,
    "27",
    "the umask is the caller's",
  );
});

Deno.test("start: arguments and exit codes pass through", async () => {
  await using root = await sampleRoot();
  for (const code of [0, 1, 2, 8, 70, 143]) {
    assertEquals((await root.run(`sample exit ${code}`)).code, code);
  }
  const { stdout } = await root.run(
    `sample say 'a  b' '*' '' '$x' -- --y "$(printf 'two\\nlines')"`,
  );
  assertEquals(JSON.parse(stdout), [
    "say",
    "a  b",
    "*",
    "",
    "$x",
    "--",
    "--y",
    "two\nlines",
  ]);
  assertEquals((await root.run("echo typed | sample read")).stdout, "typed");
});

Deno.test("start: signals reach the program, also while it unpacks", async (t) => {
  await using root = await sampleRoot();
  /** Starts the sample, sends the signal when it says "ready", and tells how it ended. */
  const end = async (script: string, signal: Deno.Signal) => {
    const [command = "", ...args] = root.command(`exec ${script}`);
    const process = new Deno.Command(command, { args, stdout: "piped" })
      .spawn();
    for await (
      const line of process.stdout.pipeThrough(new TextDecoderStream())
    ) {
      if (line.includes("ready")) process.kill(signal);
    }
    const { code, signal: by } = await process.status;
    return by ?? code;
  };
  await t.step("to the program", async () => {
    assertEquals(await end("sample catch", "SIGTERM"), 143);
    assertEquals(await end("sample catch", "SIGHUP"), 129);
    assertEquals(await end("sample sleep", "SIGTERM"), "SIGTERM");
    assertEquals(await end("sample sleep", "SIGINT"), "SIGINT");
    assertEquals(await end("sample sleep", "SIGKILL"), "SIGKILL");
  });
  await t.step("to the script", async () => {
    for (const [signal, code] of [["HUP", 129], ["INT", 130], ["TERM", 143]]) {
      const interrupted = await root.run(`
        rm -rf /var/lib/pgladder; sample version & 
        until [ -e /var/lib/pgladder/new-*/deno ]; do :; done
        kill -${signal} $!; wait $!; code=$?; ls /var/lib/pgladder; exit $code`);
      // A shell ignores INT in what it puts into the background.
      const expected = signal === "INT"
        ? { code: 0, stdout: "sample" }
        : { code, stdout: "" };
      assertEquals(interrupted.code, expected.code, `${signal}`);
      assertEquals(interrupted.stdout.split("\n")[0], expected.stdout);
    }
  });
});

Deno.test("start: the rest of a killed start goes, as does what is half there", async () => {
  await using root = await sampleRoot();
  const killed = await root.run(`
    sample version & until [ -e /var/lib/pgladder/new-*/deno ]; do :; done
    kill -9 $!; wait $!; ls -d /var/lib/pgladder/* | sed s/-.*//`);
  assertEquals(killed.stdout, "/var/lib/pgladder/new");
  assertEquals(
    (await root.run(`sample version; ${unpacked}`)).stdout,
    "sample\n/var/lib/pgladder/bin",
  );
  const cleaned = await root.run(`
    rm /var/lib/pgladder/bin-*/app/zx/core.cjs; sample zx; ${unpacked}; ls /var/lib/pgladder/bin-*`);
  assertEquals(cleaned.stdout.split("\n"), [
    "from a child",
    "/var/lib/pgladder/bin",
    ...["LICENSES", "app", "cache", "deno", "lib", "pgladder"],
  ]);
});

Deno.test("start: another version's and an earlier boot's payload goes once it is not in use", async () => {
  const files = { sample: await sample(), newer: await sample("newer") };
  await using root = await BareRoot.create(files);
  const { stdout } = await root.run(`
    mkdir -p -m 700 /var/lib/pgladder/bin-0000000000000000-00000000/deno
    sample sleep >/tmp/out & 
    until grep -q ready /tmp/out; do :; done
    newer version; ${unpacked}
    kill -9 $!; wait $!
    rm -rf /var/lib/pgladder/bin-*/lib/libm.so.6; newer version; ${unpacked}`);
  const directory = "/var/lib/pgladder/bin";
  assertEquals(stdout.split("\n"), [
    "newer",
    directory,
    directory,
    "newer",
    directory,
  ]);
});

Deno.test("start: a person who is not root can ask it for help", async () => {
  await using root = await sampleRoot();
  await root.run("mkdir -m 700 /var/tmp/pgladder-1000"); // somebody else's: it goes on to /tmp
  const { stdout } = await root.run(
    `sample version; sample version; ${unpacked}`,
    { user: 1000 },
  );
  assertEquals(stdout, "sample\nsample\n/tmp/pgladder");
});

Deno.test("build: the same sources give the same bytes", async () => {
  const same = await run("cmp", [await sample(), await packSample("sample")]);
  assertEquals(same, { code: 0, stdout: "", stderr: "" });
});
