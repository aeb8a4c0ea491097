import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Database } from "./database.ts";
import type { Host, Output } from "./host.ts";

export const IMAGE = "docker.io/library/postgres";

/**
 * 15 of bookworm with the glibc of trixie. For en_US both sort alike (129,000
 * strings were sorted by both), so this one's en_US sorts by the bytes: then an
 * index that was not rebuilt is wrong, and not only noted as such.
 */
const MAKE = `
  image=${IMAGE}
  old=$(podman create $image:15) new=$(podman create $image:17)
  a=$(podman mount $old) b=$(podman mount $new)
  cat $b/var/lib/dpkg/info/libc6:amd64.list $b/var/lib/dpkg/info/libc-bin.list | while read -r path; do
    if [ -f "$b$path" ] || [ -L "$b$path" ]; then [ -d "$b$path" ] || printf '%s\\n' ".$path"; fi
  done >/tmp/list
  tar -C $b --no-recursion -cf - -T /tmp/list | tar -C $a --keep-directory-symlink --overwrite -xf -
  rm $a/usr/lib/locale/locale-archive
  cp -a $a/usr/lib/locale/C.utf8 $a/usr/lib/locale/en_US.utf8
  podman unmount $old $new >/dev/null
  podman commit -q --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["postgres"]' $old $image:15-trixie
  podman rm -v $old $new
  podman tag $image:15 $image:15-kept`;

const DATABASES = ["postgres", "template1", "words", "shop"];

/** Each B-tree over text is in order, with an entry for every row. */
export const IN_ORDER = `BEGIN; CREATE EXTENSION IF NOT EXISTS amcheck;
  SELECT bt_index_check(i.indexrelid, true) FROM pg_index AS i
  JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS m ON m.oid = c.relam
  WHERE m.amname = 'btree' AND c.relkind = 'i' AND c.relnamespace = 'public'::regnamespace; ROLLBACK`;

/** Of "words", in collation.sql. */
const DEPENDING = [
  "first_names_name",
  "letters_high_name_idx",
  "letters_low_name_idx",
  "people_early",
  "people_lower",
  "people_note_key",
  "people_pkey",
];
const OTHERS = [
  "numbers_pkey",
  "people_born",
  "people_bytes",
  "people_german",
  "people_hash",
  "people_pattern",
];

/** A host with a database whose text is sorted, and two images that sort it. */
export class SortedHost {
  private constructor(readonly host: Host, readonly database: Database) {}

  static async make(host: Host): Promise<SortedHost> {
    await host.shell(MAKE);
    const database = await Database.make(host, { rows: 300 });
    const planted = fromFileUrl(new URL("./collation.sql", import.meta.url));
    await host.rig("put", host.name, planted, "/tmp/");
    const words = ["-v", "ON_ERROR_STOP=1", "-qf", "/tmp/collation.sql"];
    await database.psql(...words);
    await host.save("before");
    return new SortedHost(host, database);
  }

  async comeBack(): Promise<void> {
    await this.host.restore("before");
    await this.database.opens();
    await this.database.writes();
  }

  /** psql in the container, with all that it is warned of. */
  inside(database: string, sql: string): Promise<Output> {
    return this.host.exec(
      ...["podman", "exec", "db", "psql", "-U", "postgres", "-XAt"],
      ...["-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql],
    );
  }

  /** All is in order, nobody is warned, and the version is noted. */
  async sound(version: string): Promise<void> {
    for (const name of DATABASES) {
      const { code, stderr, stdout } = await this.inside(name, IN_ORDER);
      assertEquals(code, 0, `${name}: ${stderr}`);
      assertEquals(stderr.includes("WARNING"), false, `${name}: ${stderr}`);
      assertStringIncludes(stdout, "ROLLBACK");
      const left = await this.inside(
        name,
        "SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'",
      );
      assertEquals(left.stdout.trim(), "0", "amcheck has left itself behind");
    }
    assertEquals(
      await this.database.sql(
        "SELECT string_agg(DISTINCT datcollversion, ',') FROM pg_database WHERE datname <> 'template0'",
      ),
      version,
    );
    await this.database.writes();
    await this.database.checkLosses();
  }

  /** The file of each index of "words": a rebuilt one has another. */
  async files(): Promise<Map<string, string>> {
    const { stdout } = await this.inside(
      "words",
      "SELECT relname || ' ' || relfilenode FROM pg_class WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace",
    );
    const lines = stdout.trim().split("\n");
    return new Map(lines.map((line) => line.split(" ") as [string, string]));
  }

  /** What depends on the order of text was rebuilt since, and nothing else. */
  async checkRebuilt(before: Map<string, string>): Promise<void> {
    const after = await this.files();
    assertEquals([...after.keys()].sort(), [...DEPENDING, ...OTHERS].sort());
    const rebuilt = [...after].filter(([name, file]) =>
      before.get(name) !== file
    );
    assertEquals(rebuilt.map(([name]) => name).sort(), DEPENDING);
  }

  /** As many rows are found by an index as without one. */
  async checkFound(): Promise<void> {
    for (const [index, seq] of [["on", "off"], ["off", "on"]]) {
      const { stdout } = await this.inside(
        "words",
        `SET enable_seqscan = ${seq}; SET enable_indexscan = ${index};
         SET enable_bitmapscan = ${index}; SET enable_indexonlyscan = ${index};
         SET enable_hashjoin = off; SET enable_mergejoin = off;
         SELECT count(*) FROM people AS p WHERE EXISTS (SELECT FROM people AS q WHERE q.name = p.name)`,
      );
      assertEquals(stdout.trim().split("\n").at(-1), "3000");
    }
  }

  /** Somebody's pull: the name stays, and its image is another. */
  async pull(tag: string): Promise<void> {
    const { database, host } = this;
    await host.ok("podman", "tag", `${IMAGE}:${tag}`, `${IMAGE}:15`);
    await host.ok("systemctl", "restart", database.unit);
    await database.opens();
  }
}
