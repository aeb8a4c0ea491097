import { liveAnswer } from "../sample/answers.ts";
import { baseOf, controlOf } from "./cluster.ts";
import type { FakeDirectory } from "./disk.ts";
import { libcOf } from "./libc.ts";
import type { FakeContainer } from "./runtime.ts";
import type { World } from "./world.ts";

/** What a server of the fake host answers to the questions of a plan. */

/** What sorted_facts.sql answers: an index by the library's order, or none. */
export function sortedFacts(
  world: World,
  container: FakeContainer | undefined,
  data: FakeDirectory | undefined,
): string {
  const noted = data && baseOf(data)?.order;
  const collation = {
    number: 100,
    own: true,
    name: "default",
    provider: "c",
    locale: "en_US.utf8",
    noted,
    actual: container && libcOf(world, container),
  };
  return JSON.stringify({
    database: "postgres",
    collations: noted === undefined ? [] : [collation],
    uses: noted === undefined
      ? []
      : [["index", 100, "public.customers_name_key", 8192, true]],
  });
}

/** What live_facts.sql answers. */
export function liveFacts(
  world: World,
  container: FakeContainer | undefined,
  data: FakeDirectory | undefined,
): string | undefined {
  const image = world.runtime.images.get(container?.imageId ?? "");
  if (data === undefined || image === undefined) {
    return undefined;
  }
  return liveAnswer({
    version: `${image.major}.${image.minor ?? 4}`,
    dataDirectory: container?.env["PGDATA"] ?? image.pgdata,
    systemIdentifier: controlOf(data)?.system,
  });
}
