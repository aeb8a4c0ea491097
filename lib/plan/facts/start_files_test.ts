import { assertEquals, assertRejects } from "@std/assert";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { Failure } from "../../base/failure.ts";
import type { FileFacts } from "../../port/files.ts";
import { oddConfigurationIn, startFilesIn, toldByDisk } from "./start_files.ts";
import { requireConfiguration } from "./subject.ts";

const found = (kind: FileFacts["kind"], bytes = 10): FileFacts => ({
  kind,
  inode: "1",
  device: "1",
  owner: { uid: 999, gid: 999, mode: 0o600 },
  bytes,
});

const inDirectory = (names: Record<string, FileFacts>) =>
  startFilesIn("/srv/db", {
    look: (path) => Promise.resolve(names[path.slice("/srv/db/".length)]),
  });

Deno.test("What a server has made itself is as it should be", async () => {
  const names = {
    "PG_VERSION": found("file"),
    "postmaster.pid": found("file"),
    "backup_label.old": found("file"),
    "postgresql.conf": found("link"),
    "pg_hba.conf": found("file", 2 ** 20),
  };
  assertEquals(await inDirectory(names), { odd: [], signals: [] });
});

Deno.test("A pipe, a link, a directory and what is far too long are named", async () => {
  const names = {
    "PG_VERSION": found("link"),
    "postmaster.pid": found("file", 2 ** 40),
    "backup_label": found("other"),
    "tablespace_map": found("directory"),
    "recovery.signal": found("other"),
    "postgresql.auto.conf": found("other"),
    "pg_ident.conf": found("file", 2 ** 30),
  };
  assertEquals((await inDirectory(names)).odd, [
    '"/srv/db/PG_VERSION" is no plain file',
    `"/srv/db/postmaster.pid" has ${2 ** 40} bytes, want at most 65536`,
    '"/srv/db/backup_label" is no plain file',
    '"/srv/db/tablespace_map" is no plain file',
    '"/srv/db/recovery.signal" is no plain file',
    '"/srv/db/postgresql.auto.conf" is no plain file',
    `"/srv/db/pg_ident.conf" has ${2 ** 30} bytes, want at most 4194304`,
  ]);
});

Deno.test("A link is what it leads to within the data; what lies outside is the container's", async () => {
  const link = (target: string): FileFacts => ({ ...found("link"), target });
  const names = {
    "postgresql.conf": link("conf.d/../later"),
    "later": link("pipe"),
    "pipe": found("other"),
    "pg_hba.conf": link("../outside"),
    "pg_ident.conf": link("/etc/pg_ident.conf"),
    "postgresql.auto.conf": link("postgresql.auto.conf"),
  };
  assertEquals((await inDirectory(names)).odd, [
    '"/srv/db/postgresql.conf" is no plain file',
    '"/srv/db/postgresql.auto.conf" is no plain file',
  ]);
  const inside = "/var/lib/postgresql/data";
  const look = (path: string) =>
    Promise.resolve(
      path === "/srv/db/pipe"
        ? found("other")
        : path === "/srv/db/pg_hba.conf"
        ? link(`${inside}/pipe`)
        : undefined,
    );
  assertEquals(await oddConfigurationIn("/srv/db", { look }, inside), [
    '"/srv/db/pg_hba.conf" is no plain file',
  ]);
  const plain = { "pg_hba.conf": link("here"), "here": found("file") };
  assertEquals((await inDirectory(plain)).odd, []);
});

Deno.test("What the next start of a server would follow is named", async () => {
  const names = {
    "standby.signal": found("file", 0),
    "backup_label": found("file"),
  };
  assertEquals(await inDirectory(names), {
    odd: [],
    signals: ["backup_label", "standby.signal"],
  });
});

Deno.test("The disk alone tells of a standby, and of tablespaces", async () => {
  const told = (signals: readonly string[], spaces?: readonly string[]) =>
    toldByDisk("/srv/db", {
      list: () => Promise.resolve(spaces),
      look: (path) =>
        Promise.resolve(
          signals.some((name) => path === `/srv/db/${name}`)
            ? found("file", 0)
            : undefined,
        ),
    });
  assertEquals(await told(["backup_label"], []), {
    inRecovery: false,
    tablespaces: [],
  });
  for (const name of ["standby.signal", "recovery.signal", "recovery.conf"]) {
    assertEquals((await told([name])).inRecovery, true, name);
  }
  assertEquals((await told([], ["16385", "x\ny"])).tablespaces, [
    "pg_tblspc/16385",
  ]);
});

Deno.test("A server is not asked what would keep it waiting at its own configuration", async () => {
  const { container } = sampleFacts();
  const ask = (name: string, kind: FileFacts["kind"]) =>
    requireConfiguration(
      container,
      portsOf({
        containers: { image: () => Promise.resolve(undefined) },
        files: {
          look: (path) =>
            Promise.resolve(
              path === `/srv/pleroma-db/${name}` ? found(kind) : undefined,
            ),
        },
      }),
    );
  await ask("postgresql.conf", "file");
  await ask("postgresql.conf", "link");
  await ask("backup_label", "other");
  await assertRejects(
    () => ask("postgresql.auto.conf", "other"),
    Failure,
    '"/srv/pleroma-db/postgresql.auto.conf" is no plain file, and it would read it to answer',
  );
});
