import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Clusters } from "../../lib/port/clusters.ts";
import type { Files } from "../../lib/port/files.ts";

export interface ClustersUnderTest {
  readonly clusters: Clusters;
  readonly files: Files;
  /** An empty directory to work in. */
  readonly directory: string;
}

/** What every `Clusters` does with what is no whole cluster. */
export function clustersContract(
  label: string,
  make: () => Promise<ClustersUnderTest>,
): void {
  const test = (
    name: string,
    body: (given: ClustersUnderTest) => Promise<void>,
  ) =>
    Deno.test(`Clusters, ${label}: ${name}`, async () => {
      await body(await make());
    });

  test("an empty directory is none", async ({ clusters, directory }) => {
    assertEquals(await clusters.look(directory), undefined);
    assertEquals(await clusters.look(`${directory}/none`), undefined);
  });

  test("a placeholder has a sentence for a version", async (given) => {
    const { clusters, files, directory } = given;
    await files.writeText(`${directory}/PG_VERSION`, "Closed by it\nMore\n");
    const cluster = await clusters.look(directory);
    assertEquals(cluster?.version, "Closed by it");
    assertEquals(cluster?.control, undefined);
  });

  test("a control file that is too short is unknown", async (given) => {
    const { clusters, files, directory } = given;
    await files.writeText(`${directory}/PG_VERSION`, "15\n");
    await files.makeDirectory(`${directory}/global`);
    await files.writeText(`${directory}/global/pg_control`, "short");
    const cluster = await clusters.look(directory);
    assertEquals([cluster?.control, cluster?.server], [undefined, ""]);
  });

  test("the configuration counts whole", async (given) => {
    const { clusters, files, directory } = given;
    await files.writeText(`${directory}/PG_VERSION`, "15\n");
    const seen = new Set<string>();
    const look = async () => {
      const configuration = await clusters.configuration(directory);
      assertEquals(await clusters.configuration(directory), configuration);
      assert(configuration !== "");
      const before = seen.size;
      assertNotEquals(seen.add(configuration).size, before);
    };
    await look();
    const names = [
      "postgresql.conf",
      "postgresql.auto.conf",
      "pg_hba.conf",
      "pg_ident.conf",
    ];
    for (const name of names) {
      await files.writeText(`${directory}/${name}`, "");
      await look();
      await files.writeText(`${directory}/${name}`, "x");
      await look();
    }
    const before = await clusters.configuration(directory);
    const cluster = await clusters.look(directory);
    await files.writeText(`${directory}/postmaster.opts`, "x");
    assertEquals(await clusters.configuration(directory), before);
    assertEquals(await clusters.look(directory), cluster);
  });
}
