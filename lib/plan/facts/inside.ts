import type { Image } from "../../../journal/plan.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import {
  askDatabases,
  type DatabaseFacts,
  type ServerFacts,
} from "./server.ts";
import { findSorting, type SortingFacts } from "./sorting.ts";

/** What is asked: a server, or what should have one. */
interface Subject {
  readonly container: Container;
  readonly server: ServerFacts;
  readonly unserved?: unknown;
  readonly leaving?: unknown;
}

interface Pair {
  readonly from: Image;
  readonly to: Image;
  readonly libcs: { readonly from: string; readonly to: string };
}

interface Inside {
  readonly databases: readonly DatabaseFacts[];
  readonly sorting?: SortingFacts;
}

/**
 * What the databases hold. A minor upgrade keeps the cluster, so all that
 * counts there is how its text is sorted; and what does not serve cannot be
 * asked.
 */
export async function insideFacts(
  { container, leaving, server, unserved }: Subject,
  pair: Pair,
  ports: Ports,
): Promise<Inside> {
  if (unserved !== undefined) return { databases: [] };
  if (pair.from.major !== pair.to.major || leaving !== undefined) {
    return { databases: await askDatabases(container, server, ports) };
  }
  const sorting = await findSorting({ container, server, ...pair }, ports);
  return { databases: [], ...(sorting === undefined ? {} : { sorting }) };
}
