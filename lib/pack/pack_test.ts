/**
 * dist/pgladder as a file: where it runs, what it unpacks, and what it says when
 * it cannot. Most of it is shown on a sample program packed in the same way.
 * Needs root, mount namespaces, and the package registries on the first run.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { BareRoot, must } from "./bare_root.ts";
import { build, removeSamples, sampleRoot, unpacked } from "./packed_sample.ts";

Deno.test.afterAll(removeSamples);

Deno.test("dist/pgladder: starts in a bare root, in less than 50 MB", async () => {
  const file = await build();
  await using root = await BareRoot.create({ pgladder: file });
  const times: number[] = [];
  for (let start = 0; start < 6; start++) {
    const before = performance.now();
    const { code, stdout, stderr } = await root.run("pgladder version");
    times.push(Math.round(performance.now() - before));
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertMatch(stdout, /^pgladder \d+\.\d+\.\d+/);
  }
  const { size } = await Deno.stat(file);
  const [first, ...later] = times;
  // deno-lint-ignore no-console -- figures for the reader, not asserted on a busy machine
  console.log(
    `${size} bytes; first start ${first} ms, later ones ${later.join(", ")} ms`,
  );
  assert(size < 50_000_000, `${size} bytes`);
  assert(Math.max(...times) < 30_000, "a start took more than 30 s");
  assertEquals((await root.run("pgladder no-such-word")).code, 2);
});

Deno.test("dist/pgladder: plan in a root without systemd changes nothing", async () => {
  await using root = await BareRoot.create({ pgladder: await build() });
  await root.run(
    "printf '#!/bin/sh\\necho []\\n' >/bin/podman; chmod +x /bin/podman",
  );
  // This machine's own process 1 may be systemd.
  const apart = "unshare --pid --fork sh -c";
  const plan = "mount -t proc proc /proc && exec pgladder plan db --to 17";
  assertEquals(await root.run(`${apart} '${plan}'`), {
    code: 3,
    stdout: "",
    stderr: 'pgladder: Cannot find a running container "db"\n' +
      '  → Running: []. "pgladder status CONTAINER" says what became of another one',
  });
});

Deno.test("pack: what the program needs is there", async () => {
  await using root = await sampleRoot();
  assertEquals(await root.run("sample version"), {
    code: 0,
    stdout: "sample",
    stderr: "",
  });
  assertEquals(await root.run("sample libc"), {
    code: 0,
    stdout: "0\ninside",
    stderr: "",
  });
  assertEquals(await root.run("sample zx"), {
    code: 0,
    stdout: "from a child",
    stderr: "",
  });
  assertEquals((await root.run("sample script")).stdout, "echo from a script");
  assertEquals(await root.run("sample network"), {
    code: 0,
    stdout: "NotCapable",
    stderr: "",
  });
  const thrown = await root.run("NO_COLOR=1 sample throw");
  assertEquals(thrown.code, 1);
  assertMatch(
    thrown.stderr,
    /app\/lib\/sample\.ts:\d+/,
    "the source map names the source",
  );
});

Deno.test("pack: without /proc, and without sha256sum", async () => {
  await using root = await sampleRoot();
  assertEquals(
    (await root.run("sample version", { proc: false })).stdout,
    "sample",
  );
  await using poor = await sampleRoot();
  await Deno.remove(poor.at("/bin/sha256sum"));
  assertEquals((await poor.run("sample version")).stdout, "sample");
});

Deno.test("pack: ten first starts at once end in one directory", async () => {
  await using root = await sampleRoot();
  const { stdout } = await root.run(`
    for i in 0 1 2 3 4 5 6 7 8 9; do sample version & done; wait
    ${unpacked}`);
  assertEquals(stdout.split("\n"), [
    ...Array(10).fill("sample"),
    "/var/lib/pgladder/bin",
  ]);
  assertEquals(
    (await root.run("ls /var/lib/pgladder/*")).stdout.includes("new-"),
    false,
  );
});

Deno.test("pack: a damaged copy is found out", async () => {
  const damages = {
    "one byte changed":
      "printf x | dd of=/bin/sample bs=1 seek=20000000 conv=notrunc",
    "truncated": "truncate -s 20000000 /bin/sample",
    "one more byte": "echo >>/bin/sample",
  };
  for (const [damage, script] of Object.entries(damages)) {
    for (const without of ["/bin/true", "/bin/sha256sum"]) {
      if (without === "/bin/sha256sum" && damage === "one more byte") continue; // gzip just ignores it
      await using root = await sampleRoot();
      await root.run(script);
      await Deno.remove(root.at(without));
      assertEquals(await root.run(`sample version`), {
        code: 1,
        stdout: "",
        stderr:
          `pgladder: "/bin/sample" is damaged: its content does not match its checksum. Copy it to this machine again`,
      }, damage);
      assertEquals((await root.run(unpacked)).stdout, "");
    }
  }
});

Deno.test("pack: on the wrong machine it says which file to take, or that there is none", async () => {
  const { version } = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  const here = await must("uname", ["-m"]);
  const other = here === "aarch64" ? "x86_64" : "aarch64";
  const words = {
    [other]: `and this machine is ${other}: take pgladder-${version}-${other}`,
    riscv64:
      "and there is none for riscv64: pgladder runs on x86_64 and aarch64",
  };
  for (const [machine, says] of Object.entries(words)) {
    await using root = await sampleRoot();
    await root.run(
      `rm /bin/uname; echo echo ${machine} >/bin/uname; chmod +x /bin/uname`,
    );
    // Busybox's shell has a uname of its own.
    assertEquals(await root.run("bash /bin/sample version"), {
      code: 1,
      stdout: "",
      stderr: `pgladder: This file is for ${here}, ${says}`,
    });
    assertEquals((await root.run(unpacked)).stdout, "");
  }
});

Deno.test("pack: a copy cut short in the script does not pass for success", async () => {
  await using root = await sampleRoot();
  for (const size of [2000, 5000, 9000]) {
    const { code, stderr } = await root.run(
      `head -c ${size} /bin/sample >/tmp/cut; sh /tmp/cut version`,
    );
    assert(code !== 0, `${size} bytes`);
    assertMatch(stderr, /cut short|unexpected end of file/);
  }
});

Deno.test("pack: goes on to the next place where one does not do", async () => {
  const tmpfs = (place: string, options: string) =>
    `mkdir -p ${place} && mount -t tmpfs -o ${options} none ${place}`;
  const hindrances: Record<string, [script: string, where: string]> = {
    "noexec": [tmpfs("/var/lib", "noexec"), "/run/pgladder/bin"],
    "noexec twice": [
      `${tmpfs("/var/lib", "noexec")}; ${tmpfs("/run", "noexec")}`,
      "/var/tmp/pgladder",
    ],
    "read-only": [tmpfs("/var/lib", "ro"), "/run/pgladder/bin"],
    "full": [tmpfs("/var/lib", "size=20m"), "/run/pgladder/bin"],
    "full at once": [tmpfs("/var/lib", "size=4k"), "/run/pgladder/bin"],
    "someone else's": [
      "mkdir -p /var/lib/pgladder && chown 1000 /var/lib/pgladder",
      "/run/pgladder/bin",
    ],
    "a link": [
      "mkdir -p /var/lib && ln -s /tmp /var/lib/pgladder",
      "/run/pgladder/bin",
    ],
    "a file": [
      "mkdir -p /var/lib && touch /var/lib/pgladder",
      "/run/pgladder/bin",
    ],
    "writable by others": [
      "mkdir -p -m 777 /var/lib/pgladder",
      "/run/pgladder/bin",
    ],
  };
  for (const [hindrance, [script, where]] of Object.entries(hindrances)) {
    await using root = await sampleRoot();
    const { code, stdout, stderr } = await root.run(
      `${script}; sample version && sample version; ${unpacked}`,
    );
    assertEquals({ code, stdout, stderr }, {
      code: 0,
      stdout: `sample\nsample\n${where}`,
      stderr: "",
    }, hindrance);
  }
});

Deno.test("pack: says what is wrong with every place when none does", async () => {
  await using root = await sampleRoot();
  const { code, stderr } = await root.run(`
    mkdir -p /var/lib /run /var/tmp/pgladder-0 && chown 1000 /var/tmp/pgladder-0
    mount -t tmpfs -o noexec none /var/lib && mount -t tmpfs -o ro none /run
    mount -t tmpfs -o size=20m none /tmp
    sample version`);
  assertEquals(code, 1);
  assertEquals(stderr.split("\n"), [
    "pgladder: Found no place to unpack itself to (120 MB, not mounted noexec):",
    "  /var/lib/pgladder: programs must not run from there (noexec)",
    "  /run/pgladder: cannot be made",
    "  /var/tmp/pgladder-0: belongs to, or can be written by, somebody else",
    "  /tmp/pgladder-0: cannot be unpacked: tar: write error: No space left on device",
  ]);
});

Deno.test("pack: a full or read-only disk does not keep what is unpacked from starting", async () => {
  await using root = await sampleRoot();
  const mount =
    "mkdir -p /var/lib && mount -t tmpfs -o size=130m none /var/lib && sample version";
  const full = await root.run(
    `${mount}; dd if=/dev/zero of=/var/lib/rest; sample zx`,
  );
  assertEquals([full.code, full.stdout], [0, "sample\nfrom a child"]);
  const fullAtOnce = await root.run(
    `${mount} && rm -r /var/lib/pgladder/*/cache; cat /bin/busybox /bin/s* >/var/lib/rest; sample zx`,
  );
  assertEquals([fullAtOnce.code, fullAtOnce.stdout], [
    0,
    "sample\nfrom a child",
  ]);
  const readOnly = await root.run(
    `${mount}; mount -o remount,ro /var/lib && sample zx; ${unpacked}`,
  );
  assertEquals([readOnly.code, readOnly.stdout], [
    0,
    "sample\nfrom a child\n/var/lib/pgladder/bin",
  ]);
});
