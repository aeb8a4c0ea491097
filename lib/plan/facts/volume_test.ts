import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import type { Mount, VolumeFacts } from "../../port/containers.ts";
import type { FileFacts, FileSystemFacts } from "../../port/files.ts";
import { unsafeParents } from "../../run/trust.ts";
import { abortedIn, leftoversOf, namedVolumeOf } from "./volume.ts";

const leftovers = (content: Record<string, string>) =>
  leftoversOf("/srv/db", portsOf({ files: new MemoryFiles(content) }));

Deno.test("Nothing of an earlier upgrade, or its history alone, is no leftover", async () => {
  assertEquals(await leftovers({}), []);
  assertEquals(
    await leftovers({
      "/srv/db.pgladder/": "",
      "/srv/db.pgladder/history/": "",
      "/srv/db.pgladder/lock": "",
      "/srv/db.pgladder/reserve": "",
      "/srv/db.pgladder/journal.json.new": "{",
    }),
    [],
  );
});

Deno.test("Whatever stands where a run needs the place is named", async () => {
  assertEquals(
    await leftovers({
      "/srv/db.bak/": "",
      "/srv/db.aborted/": "",
      "/srv/db.pgladder/": "",
      "/srv/db.pgladder/journal.json": "",
      "/srv/db.pgladder/staging/": "",
    }),
    [
      "/srv/db.bak",
      "/srv/db.pgladder/journal.json",
      "/srv/db.pgladder/staging",
    ],
  );
  // Even a name that is no directory: an exchange would not do what it should.
  assertEquals(await leftovers({ "/srv/db.bak": "a file" }), ["/srv/db.bak"]);
});

Deno.test("What a rollback kept is no leftover, but is told", async () => {
  const ports = portsOf({ files: new MemoryFiles({ "/srv/db.aborted/": "" }) });
  assertEquals(await leftoversOf("/srv/db", ports), []);
  assertEquals(await abortedIn("/srv/db", ports), "/srv/db.aborted");
  assertEquals(await abortedIn("/srv/other", ports), undefined);
});

const PEOPLE: Readonly<Record<string, string>> = {
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/a:/bin/sh\n" +
    "bob:x:1001:1001::/b:/bin/sh\npg:x:999:996::/:/bin/false\n" +
    "twin:x:1002:1002::/:/bin/sh\nother:x:1002:1003::/:/bin/sh\n",
  "/etc/group":
    "root:x:0:\ndocker:x:996:alice,twin\nalice:x:1000:\nbob:x:1001:\n" +
    "family:x:1010:alice,bob\nmine:x:1011:alice\nempty:x:1012:\n",
};

function parents(owners: Record<string, Partial<FileFacts>>) {
  const look = (path: string): Promise<FileFacts> =>
    Promise.resolve({
      kind: "directory",
      inode: "1",
      device: "1",
      bytes: 0,
      owner: { uid: 0, gid: 0, mode: 0o755 },
      ...owners[path],
    });
  const readText = (path: string) => Promise.resolve(PEOPLE[path]);
  return unsafeParents(
    "/srv/a/db",
    portsOf({ files: { look, readText } }),
    999,
  );
}

Deno.test("Parents that only root may change are safe, whoever owns the volume", async () => {
  assertEquals(await parents({}), []);
  assertEquals(
    await parents({
      "/srv/a/db": { owner: { uid: 999, gid: 999, mode: 0o700 } },
    }),
    [],
  );
});

Deno.test("Links, and parents that others may change, are told from below", async () => {
  assertEquals(
    await parents({
      "/srv/a/db": { kind: "link" },
      "/srv/a": { owner: { uid: 0, gid: 1010, mode: 0o775 } },
      "/srv": { owner: { uid: 1001, gid: 0, mode: 0o755 } },
    }),
    [
      '"/srv/a/db" is a symbolic link',
      '"/srv/a" can be changed by others than root',
      '"/srv" can be changed by others than root',
    ],
  );
});

const STORE = "/var/lib/docker";
const NAMED: Mount = {
  kind: "volume",
  name: "data",
  source: `${STORE}/volumes/data/_data`,
  mountPath: "/var/lib/postgresql/data",
};

/** What keeps it from being put aside; "" for nothing. */
async function blocker(
  facts: Partial<VolumeFacts> = {},
  {
    mount = NAMED,
    mounted = "7",
    beside = "1",
  }: { mount?: Mount; mounted?: string; beside?: string } = {},
) {
  const { fileSystem } = sampleFacts();
  const named = await namedVolumeOf(
    { ...sampleFacts().container, pid: 4711 },
    mount,
    portsOf({
      containers: {
        volume: () =>
          Promise.resolve({
            path: mount.source,
            plain: true,
            anonymous: false,
            ...facts,
          }),
      },
      files: {
        look: (path: string) =>
          Promise.resolve<FileFacts>({
            kind: "directory",
            inode: path.startsWith("/proc/4711/root/") ? mounted : "7",
            device: path === STORE ? beside : "1",
            bytes: 0,
            owner: { uid: 999, gid: 999, mode: 0o700 },
          }),
        fileSystem: () => Promise.resolve<FileSystemFacts>(fileSystem),
      },
    }),
  );
  return named?.blocker ?? "";
}

Deno.test("A named volume can be put aside where no prune looks", async () => {
  assertEquals(await blocker(), "");
});

Deno.test("What is no plain volume of its own name cannot be put aside", async () => {
  assertEquals(
    await blocker({ anonymous: true }),
    "it has no name of its own and goes with its container",
  );
  assertEquals(
    await blocker({ plain: false }),
    "a driver or an option of it says where the files are",
  );
  assertEquals(
    await blocker({}, { mounted: "8" }),
    "the container has mounted a part of it",
  );
  assertEquals(
    await blocker({}, { mount: { ...NAMED, source: "/data/_data" } }),
    "it does not lie in a directory volumes/NAME/_data",
  );
  // What stands beside it is another file system: it is put aside within it.
  assertEquals(await blocker({}, { beside: "2" }), "");
  assertEquals(
    await blocker({ plain: false, device: "/srv/elsewhere" }),
    "",
  );
  assertEquals(
    await blocker({ plain: false, device: "/srv/it" }, { mounted: "8" }),
    'its option device says "/srv/it", which the container has not mounted',
  );
});

Deno.test("Who is root anyway, by a group, wins nothing there", async () => {
  const told = (uid: number, gid = uid, mode = 0o755) =>
    parents({ "/srv/a": { owner: { uid, gid, mode } } });
  const safe: string[] = [];
  const refused = ['"/srv/a" can be changed by others than root'];
  assertEquals(await told(1000), safe);
  assertEquals(await told(1000, 1000, 0o775), safe);
  assertEquals(await told(0, 1011, 0o775), safe);
  assertEquals(await told(0, 0, 0o1777), safe);
  // Nobody's groups, somebody's who is not, and one of two names that is not.
  assertEquals(await told(1001), refused);
  assertEquals(await told(1000, 1010, 0o775), refused);
  assertEquals(await told(4711), refused);
  assertEquals(await told(1002), refused);
  assertEquals(await told(0, 4711, 0o775), refused);
  assertEquals(await told(0, 0, 0o777), refused);
  assertEquals(await told(1000, 1000, 0o777), refused);
  // The server's own user, whatever it is a member of.
  assertEquals(await told(999), refused);
});
