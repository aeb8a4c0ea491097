import type { Image } from "../../../journal/plan.ts";
import { makerOf } from "../../configuration/compose/labels.ts";
import type { Container } from "../../port/containers.ts";
import { tagOf, withTag } from "./image.ts";

/** The project that made it, whoever brings that up. */
function makerIf({ labels }: Container) {
  const maker = makerOf(labels);
  return maker === undefined ? {} : { maker };
}

/** What is to be found in the configuration, and what is to stand there. */
export function editTargetOf(
  container: Container,
  volume: string,
  from: Image,
  to: Image,
) {
  const tag = tagOf(to.reference);
  // Another tag alone must make the one image the other.
  const sameName = tag !== "" && withTag(from.reference, tag) === to.reference;
  return {
    container: container.name,
    ...makerIf(container),
    from: { image: from.reference, tag: sameName ? tagOf(from.reference) : "" },
    to: { image: to.reference, tag: sameName ? tag : "" },
    ...(from.inner === to.inner ? {} : {
      mount: { volume, fromPath: from.inner, toPath: to.inner },
    }),
  };
}
