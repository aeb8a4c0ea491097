/**
 * What `make install` and `make release` make of dist/pgladder, and that it is the
 * same everywhere. Needs the package registries and Debian's mirrors.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { must, run } from "./bare_root.ts";

const REPOSITORY = fromFileUrl(new URL("../..", import.meta.url));
const WORK = await Deno.makeTempDir({ prefix: "pgladder-release-" });
Deno.test.afterAll(() => Deno.remove(WORK, { recursive: true }));

/**
 * A checkout of the commit, in a place and at a time of its own, with another
 * umask, language and time zone.
 */
async function checkout(name: string, environment: string): Promise<string> {
  const directory = join(WORK, name);
  await must("sh", [
    "-c",
    `${environment}; git clone --quiet "$0" "$1" && cd "$1" && git checkout --quiet "$2" &&
       PACK_LEVEL=1 make release`,
    REPOSITORY,
    directory,
    (await run("git", ["-C", REPOSITORY, "rev-parse", "HEAD"])).stdout,
  ]);
  return join(directory, "dist/release");
}

const { version: VERSION } = JSON.parse(
  await Deno.readTextFile(join(REPOSITORY, "deno.json")),
);

Deno.test("release: two builds of one commit in two places are the same bytes", async () => {
  const one = await checkout("one", "umask 022; export LANG=C TZ=UTC");
  const two = await checkout(
    "a longer way/to two",
    "umask 077; export LANG=C.UTF-8 TZ=Asia/Tokyo",
  );
  const names = [...Deno.readDirSync(one)].map(({ name }) => name).sort();
  assertEquals(names, [
    "SHA256SUMS",
    `pgladder-${VERSION}-aarch64`,
    `pgladder-${VERSION}-x86_64`,
    `pgladder_${VERSION}_amd64.deb`,
    `pgladder_${VERSION}_arm64.deb`,
  ]);
  for (const name of names) {
    const same = await run("cmp", [join(one, name), join(two, name)]);
    assertEquals(same, { code: 0, stdout: "", stderr: "" }, name);
  }
  const summed = (await Deno.readTextFile(join(one, "SHA256SUMS")))
    .split("\n").map((line) => line.replace(/^\w{64} {2}/, ""));
  assertEquals(summed.filter((name) => name !== "").sort(), names.slice(1));
  const check = `cd "$0" && sha256sum --check --quiet SHA256SUMS`;
  assertEquals((await run("sh", ["-c", check, two])).code, 0);
});

Deno.test("release: the packages say for which machine they are, and hold the same pages", async () => {
  const release = join(WORK, "one/dist/release");
  const pages: string[] = [];
  for (const architecture of ["amd64", "arm64"]) {
    const deb = join(release, `pgladder_${VERSION}_${architecture}.deb`);
    assertEquals(
      (await run("dpkg-deb", ["--field", deb, "Architecture"])).stdout,
      architecture,
    );
    const sums = await must("dpkg-deb", ["--info", deb, "md5sums"]);
    const [program = "", ...others] = sums.split("\n");
    assertMatch(program, / usr\/bin\/pgladder$/);
    pages.push(others.join("\n"));
  }
  assertEquals(pages[0], pages[1]);
  assertEquals(pages[0]?.split("\n").length, 5);
});

Deno.test("install: program, man page and completions below a prefix, readable by all", async () => {
  const file = join(
    WORK,
    "one/dist",
    `pgladder-${await must("uname", ["-m"])}`,
  );
  const script = join(REPOSITORY, "lib/pack/install.sh");
  const root = join(WORK, "stage/opt/tools");
  await must("sh", ["-c", 'umask 077; sh "$@"', "sh", script, file, root]);
  const listed = await run("sh", [
    "-c",
    `cd "$0" && find . -type f -printf '%m %P\\n' | sort`,
    root,
  ]);
  assertEquals(listed.stdout.split("\n"), [
    "644 share/bash-completion/completions/pgladder",
    "644 share/fish/vendor_completions.d/pgladder.fish",
    "644 share/man/man1/pgladder.1",
    "644 share/zsh/site-functions/_pgladder",
    "755 bin/pgladder",
  ]);
  const version = await run(join(root, "bin/pgladder"), ["version"]);
  assertMatch(version.stdout, /^pgladder \d+\.\d+\.\d+$/);
  const nothing = await run("sh", [script, join(WORK, "nowhere"), root]);
  assertEquals(nothing.code, 1);
  assertEquals(
    nothing.stderr,
    `install: There is no "${join(WORK, "nowhere")}": make build makes it`,
  );
});
