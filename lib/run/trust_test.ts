import { assertEquals } from "@std/assert";
import { formatDocument } from "../../journal/document.ts";
import { samplePlan } from "../../tests/sample/plan.ts";
import { portsOf, QuietHost } from "../../tests/sample/ports.ts";
import { STORIES, toldOf } from "../../tests/sample/run_told.ts";
import { sampleFacts } from "../../tests/sample/found.ts";
import { rejectedBy } from "../../tests/sample/thrown.ts";
import { Failure } from "../base/failure.ts";
import type { FileFacts, Owner } from "../port/files.ts";
import type { Container, Mount } from "../port/containers.ts";
import { findVolume, openJournal, readHistory } from "./registry.ts";
import { listPointers } from "./pointers.ts";

const ROOT: Owner = { uid: 0, gid: 0, mode: 0o755 };
const STATE = "/opt/deploy/initdb.pgladder";
const JOURNAL = `${STATE}/journal.json`;

/** A host on which these things are, and whose each is. */
function hostWith(things: Readonly<Record<string, Partial<FileFacts>>>) {
  const read: string[] = [];
  const ports = portsOf({
    files: {
      look: (path) =>
        Promise.resolve(
          things[path] && {
            kind: path.endsWith(".json") ? "file" : "directory",
            inode: "1",
            device: "1",
            bytes: 1,
            owner: ROOT,
            ...things[path],
          },
        ),
      list: () => Promise.resolve(["a.json"]),
      readText: (path) => {
        // Who is who: that is asked of anybody.
        if (path.startsWith("/etc/")) return Promise.resolve("");
        read.push(path);
        const { entries } = toldOf(STORIES["rolled-back"]);
        return Promise.resolve(formatDocument(entries, "0.1.0"));
      },
    },
  });
  return { ports, read };
}

const DEPLOY: Owner = { uid: 1000, gid: 1000, mode: 0o755 };
const OPENING = { clock: new QuietHost(), tool: "0.1.0" };
const ROOTS = { "/opt": {}, "/opt/deploy": {}, [STATE]: {}, [JOURNAL]: {} };

const UNTRUSTED: Readonly<
  Record<string, readonly [Record<string, Partial<FileFacts>>, string]>
> = {
  "below somebody's directory": [
    { "/opt/deploy": { owner: DEPLOY } },
    '"/opt/deploy" can be changed by others than root',
  ],
  "below one that a group may write": [
    { "/opt": { owner: { ...ROOT, mode: 0o775 } } },
    '"/opt" can be changed by others than root',
  ],
  "over a link": [
    { "/opt/deploy": { kind: "link" } },
    '"/opt/deploy" is a symbolic link',
  ],
  "over a link of root's that leads into somebody's directory": [
    {
      "/opt/deploy": { kind: "link", target: "../people/deploy" },
      "/people": {},
      "/people/deploy": { owner: DEPLOY },
    },
    '"/people/deploy" can be changed by others than root',
  ],
  "over a link of root's that stands in somebody's directory": [
    {
      "/opt": { owner: DEPLOY },
      "/opt/deploy": { kind: "link", target: "/srv" },
    },
    '"/opt/deploy" is a symbolic link',
  ],
  "over links that lead to each other": [
    {
      "/opt/deploy": { kind: "link", target: "/opt/other" },
      "/opt/other": { kind: "link", target: "/opt/deploy" },
    },
    `"${STATE}" is a symbolic link`,
  ],
  "over somebody's link": [
    { "/opt/deploy": { kind: "link", target: "/srv", owner: DEPLOY } },
    '"/opt/deploy" is a symbolic link',
  ],
  "in somebody's directory": [
    { [STATE]: { owner: DEPLOY } },
    `"${STATE}" can be changed by others than root`,
  ],
  "in what is a link": [
    { [STATE]: { kind: "link" } },
    `"${STATE}" is a symbolic link`,
  ],
  "somebody's own": [
    { [JOURNAL]: { owner: DEPLOY } },
    `"${JOURNAL}" can be changed by others than root`,
  ],
  "writable for all": [
    { [JOURNAL]: { owner: { ...ROOT, mode: 0o666 } } },
    `"${JOURNAL}" can be changed by others than root`,
  ],
  "a pipe": [
    { [JOURNAL]: { kind: "other" } },
    `"${JOURNAL}" is no plain file`,
  ],
  "a link": [
    { [JOURNAL]: { kind: "link" } },
    `"${JOURNAL}" is no plain file`,
  ],
};

for (const [name, [things, why]] of Object.entries(UNTRUSTED)) {
  Deno.test(`A journal is not opened: ${name}`, async () => {
    const { ports } = hostWith({ ...ROOTS, ...things });
    const { exit, message } = await rejectedBy(
      () => openJournal("/opt/deploy/initdb", { ...OPENING, ports }),
      Failure,
    );
    assertEquals([exit, message], [8, `Cannot trust "${JOURNAL}": ${why}`]);
  });
}

Deno.test("The option is named where it would help, and only there", async () => {
  for (
    const [things, helps] of [
      [{ "/opt/deploy": { owner: DEPLOY } }, true],
      [{ [JOURNAL]: { owner: DEPLOY } }, false],
      [{ "/opt": { owner: DEPLOY }, [STATE]: { owner: DEPLOY } }, false],
    ] as const
  ) {
    const { ports } = hostWith({ ...ROOTS, ...things });
    const open = (trustParents: boolean) =>
      openJournal("/opt/deploy/initdb", { ...OPENING, ports, trustParents });
    const { hint } = await rejectedBy(() => open(false), Failure);
    assertEquals(hint.includes("--trust-parents"), helps);
    const still = await open(true).then(() => "", ({ message }) => message);
    assertEquals(still.startsWith("Cannot trust"), !helps, still);
  }
});

Deno.test("A closed run's journal is looked at as well", async () => {
  const path = `${STATE}/history/1.json`;
  const history = { [`${STATE}/history`]: {}, [path]: {} };
  const { ports } = hostWith({ ...ROOTS, ...history });
  assertEquals((await readHistory(path, ports)).plan?.run, samplePlan().run);
  const theirs = hostWith({ ...ROOTS, ...history, [path]: { owner: DEPLOY } });
  await rejectedBy(() => readHistory(path, theirs.ports), Failure);
  assertEquals(theirs.read, []);
});

Deno.test("Pointers count where root alone may write them", async () => {
  const places = { "/var": {}, "/var/lib": {}, "/var/lib/pgladder": {} };
  const runs = "/var/lib/pgladder/runs";
  for (const wrong of ["/var/lib/pgladder", runs]) {
    const things = { ...places, [runs]: {}, [wrong]: { owner: DEPLOY } };
    const { ports, read } = hostWith(things);
    const failure = await rejectedBy(() => listPointers(ports), Failure);
    assertEquals([failure.exit, read], [8, []]);
  }
  // The option is for data, not for these.
  const { ports } = hostWith({
    ...places,
    "/var": { owner: DEPLOY },
    [runs]: {},
  });
  const { hint } = await rejectedBy(() => listPointers(ports), Failure);
  assertEquals(hint.includes("--trust-parents"), false);
});

Deno.test("A link of root's between root's own directories is nobody's way in", async () => {
  const { ports } = hostWith({
    "/var": { kind: "link", target: "sysroot/var" },
    "/sysroot": {},
    "/sysroot/var": {},
    "/var/lib": {},
    "/var/lib/pgladder": {},
    "/var/lib/pgladder/runs": {},
  });
  const [pointer] = await listPointers(ports);
  assertEquals(pointer, undefined);
});

const mount = (mountPath: string, source: string): Mount => ({
  kind: "bind",
  name: "",
  source,
  mountPath,
});

Deno.test("A lost run is looked for beside the data alone", async () => {
  const found = async (env: Container["env"], mounts: readonly Mount[]) => {
    const { ports } = hostWith({ [STATE]: {}, "/srv/db.pgladder": {} });
    const container = { ...sampleFacts().container, env, mounts };
    const inspect = () => Promise.resolve(container);
    const asked = { container: "db", volume: undefined };
    return await findVolume(
      asked,
      portsOf({
        containers: { inspect },
        files: {
          look: ports.files.look,
          list: () => Promise.resolve(undefined),
        },
      }),
    );
  };
  const theirs = mount("/docker-entrypoint-initdb.d", "/opt/deploy/initdb");
  const data = mount("/var/lib/postgresql/data", "/srv/db");
  assertEquals(await found({}, [theirs, data]), "/srv/db");
  assertEquals(await found({}, [theirs]), undefined);
  const pgdata = { PGDATA: "/var/lib/postgresql/18/docker" };
  const whole = mount("/var/lib/postgresql", "/srv/db");
  assertEquals(await found(pgdata, [theirs, whole]), "/srv/db");
});
