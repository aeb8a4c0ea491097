import { assertEquals } from "@std/assert";
import { join } from "@std/path";

/** What every new cluster goes through, as far as it needs no database. */

const HERE = import.meta.dirname ?? ".";

/** In which databases "public" would be dropped; each catalog is that of one database. */
async function droppedIn(
  ...catalogs: (string | undefined)[]
): Promise<string> {
  const place = await Deno.makeTempDir();
  const names = catalogs.map((_, at) => `db${at + 1}`);
  await Deno.writeTextFile(
    join(place, "list"),
    names.map((name) => `1 1 UTF8 ${btoa(name)}\n`).join(""),
  );
  for (const [at, catalog] of catalogs.entries()) {
    if (catalog === undefined) continue;
    await Deno.writeTextFile(join(place, `${at + 1}.catalog`), catalog);
  }
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: [
      "-c",
      `here=${HERE}; . ${HERE}/lib.sh; . ${HERE}/beside.sh; . ${HERE}/new_cluster.sh
      must() { echo "$PGDATABASE: $*"; }
      drop_public ${place}/list ${place}`,
    ],
    env: { LC_ALL: "C.UTF-8" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  await Deno.remove(place, { recursive: true });
  return new TextDecoder().decode(stdout);
}

Deno.test('"public" goes where it was dropped, and stays where it is or belongs to an extension', async () => {
  assertEquals(
    await droppedIn(
      '["schema", "", "app", "", "postgres", null, null]\n',
      '["schema", "", "public", "", "pg_database_owner", null, null]\n',
      '["member", "odd", "public", "schema"]\n',
      '["member", "odd", "public.public", "table"]\n',
    ),
    [
      "db1: psql -Xqc DROP SCHEMA IF EXISTS public",
      "db4: psql -Xqc DROP SCHEMA IF EXISTS public",
      "",
    ].join("\n"),
  );
});

Deno.test('"public" goes from every database where none had it, and from none of a dump that does not tell', async () => {
  assertEquals(
    await droppedIn('["schema", "", "app", "", "postgres", null, null]\n'),
    "db1: psql -Xqc DROP SCHEMA IF EXISTS public\n",
  );
  assertEquals(await droppedIn(undefined), "");
});
