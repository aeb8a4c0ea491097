import { nameOf } from "../../base/image_name.ts";
import type { Image } from "../../../journal/plan.ts";
import type { Ports } from "../../port/ports.ts";

/** By its digest, since a tag may name another image by now. */
export async function fetchPruned(image: Image, { containers }: Ports) {
  const { digest, id, reference } = image;
  if (await containers.image(id) !== undefined) return;
  await containers.pull(
    digest === "" ? reference : `${nameOf(reference)}@${digest}`,
  );
  // The unit asks for it by this name, and would pull what it names now.
  if (await containers.image(reference) === undefined) {
    await containers.tag(id, reference);
  }
}
