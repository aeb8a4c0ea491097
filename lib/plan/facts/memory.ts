import type { Ports } from "../../port/ports.ts";

/** What programs may take without others having to give it up, in MiB. */
export async function availableMemoryMb({ files }: Ports): Promise<number> {
  const text = await files.readText("/proc/meminfo") ?? "";
  const kilobytes = /MemAvailable:\s+(\d+)/.exec(text)?.[1];
  return Math.max(256, Math.floor(Number(kilobytes ?? 1048576) / 1024));
}
