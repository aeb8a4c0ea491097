import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Host, type Output, run } from "./host.ts";

/**
 * pgladder as a package: Debian's own programs install and remove the .deb, Nix
 * evaluates and builds the flake, with a stand-in for nixpkgs.
 */

const NAME = "specs-packages";
const HOME = fromFileUrl(new URL("../..", import.meta.url));
const STAND_IN = fromFileUrl(new URL("./nix_stand_in", import.meta.url));
const STATE = "/var/lib/pgladder";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await host.rig("put", NAME, await deb(), "/srv/");
  await host.rig("put", NAME, await oneFile(), "/srv/");
  await host.ok("rm", "/usr/local/bin/pgladder");
});
Deno.test.afterAll(() => Host.lower(NAME));

const oneFile = () => Promise.resolve(`${HOME}dist/pgladder`);

/** The package of the very file that the host was given. */
async function deb(): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "pgladder-deb-" });
  const { code, stderr } = await run(
    ["sh", `${HOME}lib/pack/deb.sh`, await oneFile(), "0.1.0", directory],
  );
  assertEquals(code, 0, stderr);
  return `${directory}/pgladder_0.1.0_amd64.deb`;
}

/** Every file of the host, but for those that live by themselves. */
async function everything(): Promise<string[]> {
  const found = await host.shell(
    "find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -path /tmp " +
      "-o -path /var/log -o -path /var/lib/systemd -o -path /var/lib/dpkg " +
      "-o -path /var/cache -o -path /srv \\) -prune -o -print",
  );
  return found.trim().split("\n").sort();
}

Deno.test("the .deb installs, runs, and is removed without a trace", async () => {
  const before = await everything();
  await host.ok("dpkg", "--install", "/srv/pgladder_0.1.0_amd64.deb");
  assertEquals(await host.ok("dpkg", "--verify", "pgladder"), "");
  assertEquals(
    (await host.ok("which", "pgladder")).trim(),
    "/usr/bin/pgladder",
  );
  assertEquals((await host.ok("pgladder", "version")).trim(), "pgladder 0.1.0");
  assertEquals(
    (await host.ok("pgladder", "status")).trim(),
    "No run is open on this host.",
  );
  assert(host.list(STATE).length > 0, "it has unpacked itself elsewhere");
  assertStringIncludes(
    await host.shell("zcat /usr/share/man/man1/pgladder.1.gz"),
    ".TH PGLADDER 1",
  );
  assertEquals(
    await host.shell(
      ". /usr/share/bash-completion/completions/pgladder; " +
        "COMP_WORDS=(pgladder roll); COMP_CWORD=1; _pgladder; echo $COMPREPLY",
    ),
    "rollback\n",
  );
  await host.ok("dpkg", "--remove", "pgladder");
  assertEquals(await everything(), before);
  await host.ok("dpkg", "--purge", "pgladder");
  assertEquals((await host.exec("dpkg", "--status", "pgladder")).code, 1);
});

Deno.test("removed while a run is open: it says so, and the run's own stay; a purge forgets the list", async () => {
  await host.ok("dpkg", "--install", "/srv/pgladder_0.1.0_amd64.deb");
  await host.ok("pgladder", "version");
  await host.shell(`mkdir ${STATE}/runs
    printf '{"container":"db","volume":"/srv/db"}' >${STATE}/runs/1.json`);
  const removed = await host.exec("dpkg", "--remove", "pgladder");
  assertEquals(removed.code, 0, removed.stderr);
  assertStringIncludes(
    removed.stderr,
    'pgladder: The upgrade of "db" is not committed: its journal and the old data stay where they are\n' +
      "  → Install pgladder again to go on, back, or to commit: pgladder status db\n",
  );
  assertEquals(host.list(STATE), ["runs"]);
  await host.ok("dpkg", "--purge", "pgladder");
  assertEquals(host.exists(STATE), false);
});

Deno.test("an upgrade of the package leaves what runs alone", async () => {
  await host.ok("dpkg", "--install", "/srv/pgladder_0.1.0_amd64.deb");
  await host.ok("pgladder", "version");
  const unpacked = host.list(STATE);
  await host.ok("dpkg", "--install", "/srv/pgladder_0.1.0_amd64.deb");
  assertEquals(host.list(STATE), unpacked);
  await host.ok("dpkg", "--purge", "pgladder");
  assertEquals(host.exists(STATE), false);
});

/** Nix, with the stand-in for nixpkgs and without its sandbox. */
function nix(...words: string[]): Promise<Output> {
  const settings = [
    "experimental-features = nix-command flakes",
    "flake-registry =",
    "sandbox = false",
    "build-users-group =",
  ].join("\n");
  return host.exec(
    ...["env", "HOME=/root", `NIX_CONFIG=${settings}`, "nix", "--offline"],
    ...words,
    ...["--override-flake", "nixpkgs", "path:/srv/stand-in"],
    ...["--no-write-lock-file", "--impure"],
  );
}

/** What it printed, where it must succeed. */
async function nixOk(...words: string[]): Promise<string> {
  const { code, stderr, stdout } = await nix(...words);
  assertEquals(code, 0, stderr);
  return stdout.trim();
}

async function placeFlake() {
  await host.rig("put", NAME, `${HOME}lib/pack`, "/srv/flake/lib/pack");
  for (const file of ["flake.nix", "deno.json"]) {
    await host.rig("put", NAME, `${HOME}${file}`, "/srv/flake/");
  }
  await host.rig("put", NAME, STAND_IN, "/srv/stand-in");
}

Deno.test("the flake without dist/pgladder says what to do", async () => {
  await placeFlake();
  const { code, stderr } = await nix("build", "path:/srv/flake", "--no-link");
  assertEquals(code, 1);
  assertStringIncludes(stderr, "run make build, and name its directory");
});

Deno.test("the flake's package is the one file, with man page and completions", async () => {
  await host.shell(
    "mkdir -p /srv/flake/dist; cp /srv/pgladder /srv/flake/dist",
  );
  const path = await nixOk(
    ...["build", "path:/srv/flake", "--no-link", "--print-out-paths"],
  );
  assertEquals(await host.shell(`cmp ${path}/bin/pgladder /srv/pgladder`), "");
  assertEquals(
    (await host.ok(`${path}/bin/pgladder`, "version")).trim(),
    "pgladder 0.1.0",
  );
  assertEquals(
    (await host.shell(`cd ${path}; find share -type f | sort`)).trim()
      .split("\n"),
    [
      "share/bash-completion/completions/pgladder",
      "share/fish/vendor_completions.d/pgladder.fish",
      "share/man/man1/pgladder.1",
      "share/zsh/site-functions/_pgladder",
    ],
  );
});

Deno.test("the flake has a package for either kind of machine, of the file named so", async () => {
  await host.shell("echo for aarch64 >/srv/flake/dist/pgladder-aarch64");
  const sourceOf = async (system: string) => {
    const [, of, name, path] = (await nixOk(
      ...["eval", "--raw", `path:/srv/flake#packages.${system}-linux.default`],
      ...["--apply", 'it: "${it.system} ${it.name} ${it.src}"'],
    )).match(/^(\S+) (\S+) (\S+)$/) ?? [];
    return [of, name, (await host.shell(`head -n 1 ${path}`)).trim()];
  };
  assertEquals(await sourceOf("aarch64"), [
    "aarch64-linux",
    "pgladder-0.1.0",
    "for aarch64",
  ]);
  assertEquals(await sourceOf("x86_64"), [
    "x86_64-linux",
    "pgladder-0.1.0",
    "#!/bin/sh",
  ]);
  await host.ok("rm", "/srv/flake/dist/pgladder-aarch64");
});

Deno.test("the flake's module puts it on the host, if it is asked to", async () => {
  const hostWith = (said: string) =>
    nixOk(
      ...["eval", "--json", "--expr"],
      `let module = (builtins.getFlake "path:/srv/flake").nixosModules.default;
           standIn = builtins.getFlake "path:/srv/stand-in";
       in (standIn.lib.hostWith module ${said}).environment.systemPackages or [ ]`,
    );
  assertEquals(JSON.parse(await hostWith("{ }")), []);
  const [path] = JSON.parse(await hostWith("{ enable = true; }"));
  assert(/^\/nix\/store\/\w{32}-pgladder-0\.1\.0$/.test(path), path);
  assertEquals(
    JSON.parse(await hostWith("{ enable = true; file = /srv/pgladder; }"))
      .length,
    1,
  );
});
