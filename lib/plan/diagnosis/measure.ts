import type { Ports } from "../../port/ports.ts";
import type { KnownCluster } from "./diagnosis.ts";

/** With their sizes and last starts, which take longer to find out. */
export async function measured(
  clusters: readonly KnownCluster[],
  { files, host }: Ports,
): Promise<readonly KnownCluster[]> {
  return await Promise.all(clusters.map(async (it) => {
    // The server writes the words that it was started with.
    const { code, stdout } = await host.run([
      ...["stat", "-c", "%Y", "--", `${it.path}/postmaster.opts`],
    ]);
    const started = Number.parseInt(stdout);
    return {
      ...it,
      bytes: await files.sizeOf(it.path),
      ...(code === 0 && !Number.isNaN(started) ? { started } : {}),
    };
  }));
}
