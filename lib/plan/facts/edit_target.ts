import type { Image, Maker } from "../../../journal/plan.ts";
import type { Container } from "../../port/containers.ts";
import { tagOf, withTag } from "./image.ts";

/** What is to be found in the configuration, and what is to stand there. */
export function editTargetOf(
  { container, maker }: {
    readonly container: Container;
    /** The project that made it, whoever brings that up. */
    readonly maker: Maker | undefined;
  },
  volume: string,
  from: Image,
  to: Image,
) {
  const tag = tagOf(to.reference);
  // Another tag alone must make the one image the other.
  const sameName = tag !== "" && withTag(from.reference, tag) === to.reference;
  return {
    container: container.name,
    ...(maker === undefined ? {} : { maker }),
    from: { image: from.reference, tag: sameName ? tagOf(from.reference) : "" },
    to: { image: to.reference, tag: sameName ? tag : "" },
    ...(from.inner === to.inner ? {} : {
      mount: { volume, fromPath: from.inner, toPath: to.inner },
    }),
  };
}
