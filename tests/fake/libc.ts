import type { FakeContainer } from "./runtime.ts";
import type { World } from "./world.ts";

/** By which version of the C library its server sorts; 2.36 where none is said. */
export function libcOf(
  { runtime }: World,
  { imageId }: Pick<FakeContainer, "imageId">,
): string {
  return runtime.images.get(imageId)?.libc ?? "2.36";
}
