import type { FileFacts } from "../../port/files.ts";
import { assertEquals } from "@std/assert";
import { portsOf } from "../../../tests/sample/ports.ts";
import { driftsIfAny, driftsOf } from "./drift.ts";
import type { Container, ImageFacts } from "../../port/containers.ts";
import type { Unit } from "../../port/units.ts";

const DIRECTORY = { kind: "directory" } as unknown as FileFacts;

const DATA = "/var/lib/postgresql/data";
const UNIT = "podman-db.service";

interface Given {
  /** The tag that the unit names. */
  readonly tag: string;
  /** Where it mounts the volume. */
  readonly inner?: string;
  readonly pgdata?: string;
  /** The image that runs; none: nothing does. */
  readonly runs?: string;
  /** What PG_VERSION says, by the place below the volume. */
  readonly clusters: Readonly<Record<string, string>>;
}

const LOADED = { loaded: true, active: "active" };

function portsWith({ clusters, inner = DATA, pgdata, runs, tag }: Given) {
  const words = ["podman", "run", "--name=db", "-v", `/srv/db:${inner}`];
  if (pgdata !== undefined) words.push("-e", `PGDATA=${pgdata}`);
  const names = Object.keys(clusters).map((it) => it.split("/")[0] ?? "");
  return portsOf({
    units: {
      show: (asked) =>
        Promise.resolve(
          new Map(
            asked.map((name) => [name, { ...LOADED, name } as Unit]),
          ),
        ),
      commands: () => Promise.resolve([[...words, `postgres:${tag}`]]),
    },
    files: {
      list: () => Promise.resolve(names.filter(Boolean)),
      look: (path) =>
        Promise.resolve(path === "/etc/NIXOS" ? undefined : DIRECTORY),
    },
    clusters: {
      look(path) {
        const place = path.replace(/^\/srv\/db\/?/, "");
        const version = clusters[place];
        return Promise.resolve(
          version === undefined
            ? undefined
            : { version, control: undefined, server: "" },
        );
      },
    },
    containers: {
      image: (reference) => Promise.resolve(imageOf(reference)),
      inspect: () => Promise.resolve(containerOf(runs)),
      inspectBoth: (_, reference) =>
        Promise.resolve({
          container: containerOf(runs),
          image: imageOf(reference),
        }),
    },
  });
}

function imageOf(reference: string): ImageFacts {
  const major = reference.replace(/^postgres:(\d+).*/, "$1");
  return {
    id: `id-of-${reference}`,
    digest: "",
    env: {
      PG_MAJOR: major,
      PGDATA: Number(major) < 18 ? DATA : `/var/lib/postgresql/${major}/docker`,
    },
    volumes: [],
  };
}

function containerOf(runs: string | undefined): Container | undefined {
  return runs === undefined ? undefined : {
    running: true,
    image: `postgres:${runs}`,
    imageId: `id-of-postgres:${runs}`,
  } as Container;
}

const would = (tag: string) =>
  `${UNIT} would run postgres:${tag} (PostgreSQL ${tag})`;

const CASES:
  readonly (readonly [string, Given, readonly [string, string][]])[] = [
    ["all agree", { tag: "17", runs: "17", clusters: { "": "17" } }, []],
    ["nothing runs, and all agree", { tag: "17", clusters: { "": "17" } }, []],
    ["18 where it wants the volume", {
      tag: "18",
      inner: "/var/lib/postgresql",
      clusters: { "18/docker": "18" },
    }, []],
    ["a volume that is closed", {
      tag: "17",
      clusters: { "": "Closed by pgladder" },
    }, []],
    ["an empty volume", { tag: "17", clusters: {} }, []],
    [
      "a tag that was reverted",
      { tag: "15", runs: "17", clusters: { "": "17" } },
      [[
        `${
          would("15")
        }, but "/srv/db" holds a cluster of 17, on which that does not start`,
        'Name an image of PostgreSQL 17 in the configuration again, then type "systemctl daemon-reload"',
      ]],
    ],
    [
      "a generation that was rolled back from 18",
      { tag: "17", clusters: { "18/docker": "18" } },
      [[
        `${
          would("17")
        }, which looks for its data in "/srv/db", but the cluster of 18 is in "/srv/db/18/docker": it would make an empty one`,
        'Do not start it: name an image of PostgreSQL 18 and its mount in the configuration again, then type "systemctl daemon-reload"',
      ]],
    ],
    [
      "18 with the old mount",
      { tag: "18", clusters: { "18/docker": "18" } },
      [[
        `${
          would("18")
        }, which looks for its data in /var/lib/postgresql/18/docker, which is not in the volume, but the cluster of 18 is in "/srv/db/18/docker": it would make an empty one`,
        'Do not start it: name an image of PostgreSQL 18 and its mount in the configuration again, then type "systemctl daemon-reload"',
      ]],
    ],
    [
      "a PGDATA that was changed",
      { tag: "17", pgdata: `${DATA}/new`, clusters: { old: "17" } },
      [[
        `${
          would("17")
        }, which looks for its data in "/srv/db/new", but the cluster of 17 is in "/srv/db/old": it would make an empty one`,
        'Do not start it: name an image of PostgreSQL 17 and its mount in the configuration again, then type "systemctl daemon-reload"',
      ]],
    ],
    [
      "a rebuild that restarted nothing",
      { tag: "17.9", runs: "17", clusters: { "": "17" } },
      [[
        `"db" runs postgres:17 (id-of-postgr), but ${UNIT} would run postgres:17.9 (id-of-postgr)`,
        `Restart ${UNIT}, or put the configuration back`,
      ]],
    ],
  ];

for (const [what, given, wanted] of CASES) {
  Deno.test(`drifts(): ${what}`, async () => {
    const found = await driftsOf(
      { container: "db", unit: UNIT },
      portsWith(given),
    );
    assertEquals(found.map((it) => [it.found, it.remedy]), wanted);
    // Only one that can be restarted unchanged is harmless.
    assertEquals(
      found.map(({ grave }) => grave),
      wanted.map(([words]) => !words.startsWith('"db" runs')),
    );
    // What is expected is asked for beforehand; only what is named counts.
    for (const expected of ["postgres:17", "postgres:18"]) {
      assertEquals(
        await driftsOf(
          { container: "db", unit: UNIT, expected },
          portsWith(given),
        ),
        found,
      );
    }
  });
}

Deno.test("A host that cannot be asked, or hangs, has nothing to say", async () => {
  const asked = { container: "db" };
  assertEquals(await driftsIfAny(asked, portsOf({})), []);
  const hangs = portsOf({
    units: { show: () => new Promise(() => {}) },
  });
  assertEquals(await driftsIfAny(asked, hangs, { patienceMs: 5 }), []);
  const reverted = { tag: "15", clusters: { "": "17" } };
  assertEquals(
    (await driftsIfAny(asked, portsWith(reverted))).length,
    1,
  );
});
