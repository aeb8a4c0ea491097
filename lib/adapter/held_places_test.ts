import { assert, assertEquals, assertRejects } from "@std/assert";
import { Disk } from "./disk.ts";
import { heldPlaces } from "./held_places.ts";
import { PortError } from "../port/ports.ts";

const BOB = 4242;
const files = new Disk();

interface Ground {
  /** Bob's directory, in one of root's. */
  readonly bobs: string;
  /** Root's, where names are alike. */
  readonly roots: string;
}

function test(name: string, body: (ground: Ground) => Promise<void>) {
  Deno.test({
    name: `Held places: ${name}`,
    ignore: Deno.uid() !== 0 || heldPlaces() === undefined,
    async fn() {
      const top = await Deno.makeTempDir({ dir: "/var/lib" });
      try {
        const ground = { bobs: `${top}/bob`, roots: `${top}/root` };
        for (const path of [ground.bobs, ground.roots]) {
          Deno.mkdirSync(path);
          Deno.mkdirSync(`${path}/stack`);
          for (const name of ["pgdata", "pgdata.bak"]) {
            Deno.mkdirSync(`${path}/stack/${name}`);
            Deno.writeTextFileSync(`${path}/stack/${name}/name`, path);
          }
        }
        for (const path of [ground.bobs, `${ground.bobs}/stack`]) {
          Deno.chownSync(path, BOB, BOB);
        }
        await body(ground);
      } finally {
        await Deno.remove(top, { recursive: true });
      }
    },
  });
}

/** All that a root's directory holds, with inodes. */
function shown(path: string): string[] {
  return [...Deno.readDirSync(path)].flatMap(({ isDirectory, name }) => {
    const here = `${path}/${name}`;
    const line = `${here} ${Deno.lstatSync(here).ino}`;
    return isDirectory ? [line, ...shown(here)] : [line];
  }).sort();
}

function changes(stack: string): (() => Promise<unknown>)[] {
  return [
    () => files.exchange(`${stack}/pgdata`, `${stack}/pgdata.bak`),
    () => files.rename(`${stack}/pgdata`, `${stack}/pgdata.aborted`),
    () => files.remove(`${stack}/pgdata.bak`),
    () => files.writeText(`${stack}/compose.yaml`, "services: {}\n"),
    () => files.makeDirectory(`${stack}/new`),
  ];
}

test("nothing is done over a link of somebody's", async ({ bobs, roots }) => {
  Deno.renameSync(`${bobs}/stack`, `${bobs}/own`);
  Deno.symlinkSync(`${roots}/stack`, `${bobs}/stack`);
  const before = shown(roots);
  for (const link of [BOB, 0]) {
    await new Deno.Command("chown", {
      args: ["-h", String(link), `${bobs}/stack`],
    }).output();
    for (const change of changes(`${bobs}/stack`)) {
      await assertRejects(change, PortError, "a link that others than root");
    }
  }
  assertEquals(shown(roots), before);
});

test("root's own link in root's own directory is gone over", async ({ bobs, roots }) => {
  Deno.symlinkSync("../bob/stack", `${roots}/link`);
  for (const change of changes(`${roots}/link`)) await change();
  assertEquals(
    [...Deno.readDirSync(`${bobs}/stack`)].map(({ name }) => name).sort(),
    ["compose.yaml", "new", "pgdata.aborted"],
  );
});

const SWAPS = `cd "$1"
while :; do
  mv -T stack own 2>/dev/null; ln -s ../root/stack stack 2>/dev/null
  rm -f stack; mv -T own stack 2>/dev/null
done`;

test("whoever turns the way elsewhere meanwhile leads nobody there", async ({ bobs, roots }) => {
  const before = shown(roots);
  const swapper = new Deno.Command("bash", {
    args: ["-c", SWAPS, "swaps", bobs],
    uid: BOB,
    gid: BOB,
  }).spawn();
  let done = 0;
  try {
    for (let round = 0; round < 40; round++) {
      for (const change of changes(`${bobs}/stack`)) {
        try {
          await change();
          done++;
        } catch (error) {
          // Not there at that moment, or a link.
          if (!(error instanceof PortError)) throw error;
        }
      }
      for (const name of ["pgdata", "pgdata.bak"]) {
        heldPlaces()?.makeDirectory(`${bobs}/stack/${name}`);
      }
    }
  } finally {
    swapper.kill("SIGKILL");
    await swapper.status;
  }
  assertEquals(shown(roots), before);
  assert(done > 0);
});

test("a tree is removed with what links lead elsewhere in it", async ({ bobs, roots }) => {
  const tree = `${bobs}/stack/pgdata`;
  Deno.mkdirSync(`${tree}/base/1`, { recursive: true });
  for (let number = 0; number < 2500; number++) {
    Deno.writeTextFileSync(`${tree}/base/1/${number}`, "");
  }
  Deno.symlinkSync(roots, `${tree}/base/elsewhere`);
  const before = shown(roots);
  await files.remove(tree);
  assertEquals(await files.look(tree), undefined);
  assertEquals(shown(roots), before);
});
