import { assertEquals } from "@std/assert";
import type { Containers } from "../../lib/port/containers.ts";

export interface VolumesUnderTest {
  readonly containers: Containers;
  /** Of a postgres image that is on the machine. */
  readonly image: string;
  /** A named volume that no container uses. */
  readonly volume: string;
  /** Where its files are. */
  readonly path: string;
  /** Removes all that is not used, volumes too. */
  readonly prune: () => Promise<void>;
}

const NAME = "pgladder-contract-volume";
const LABEL = "pgladder.contract";

/** What becomes of named volumes, on the fake host as on the real one. */
export function volumesContract(
  label: string,
  make: () => Promise<VolumesUnderTest>,
): void {
  const test = (name: string, body: (it: VolumesUnderTest) => Promise<void>) =>
    Deno.test(`Volumes, ${label}: ${name}`, async () => {
      const given = await make();
      await given.containers.unpinVolume(NAME);
      try {
        await body(given);
      } finally {
        await given.containers.unpinVolume(NAME);
      }
    });

  test("one has a path, none is a value", async (given) => {
    const { containers, path, volume } = given;
    assertEquals(
      await containers.volume(volume),
      { path, plain: true, anonymous: false },
    );
    assertEquals(await containers.volume("pgladder-none"), undefined);
    assertEquals(await containers.volume("-x"), undefined);
  });

  test("what is kept is not pruned, and released it is", async (given) => {
    const { containers, image, prune, volume } = given;
    const labels = { [LABEL]: "yes" };
    const keeper = { name: NAME, volume, image, labels };
    assertEquals(await containers.isVolumePinned(keeper), false);
    await containers.pinVolume(keeper);
    // Again is harmless: what is half made is made again.
    await containers.pinVolume(keeper);
    assertEquals(await containers.isVolumePinned(keeper), true);
    assertEquals(
      await containers.isVolumePinned({ ...keeper, volume: "other" }),
      false,
    );
    assertEquals(await containers.named(LABEL, "yes"), [NAME]);
    await prune();
    assertEquals(await containers.isVolumePinned(keeper), true);
    assertEquals((await containers.volume(volume))?.plain, true);
    await containers.unpinVolume(NAME);
    await containers.unpinVolume(NAME);
    assertEquals(await containers.inspect(NAME), undefined);
    assertEquals(await containers.named(LABEL, "yes"), []);
    await prune();
    assertEquals(await containers.volume(volume), undefined);
  });
}
