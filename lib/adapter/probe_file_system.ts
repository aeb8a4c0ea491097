import { isOfTheHost } from "./host_error.ts";
import { RENAME_EXCHANGE } from "./libc.ts";
import { rename } from "./rename.ts";
import { run } from "./process.ts";

const PREFIX = ".pgladder-try-";
/** More than a file system would keep within an inode. */
const CLONED_BYTES = 64 * 1024;

/** Tried, since no list of file systems knows what the next kernel can do. */
export function canExchange(directory: string): Promise<boolean> {
  return inThrowAway(directory, async (place) => {
    Deno.mkdirSync(`${place}/a`);
    Deno.mkdirSync(`${place}/b`);
    const before = Deno.lstatSync(`${place}/a`).ino;
    const why = await rename(`${place}/a`, `${place}/b`, RENAME_EXCHANGE);
    return why === undefined && Deno.lstatSync(`${place}/b`).ino === before;
  });
}

export function canClone(directory: string): Promise<boolean> {
  return inThrowAway(directory, async (place) => {
    Deno.writeFileSync(`${place}/a`, new Uint8Array(CLONED_BYTES).fill(1));
    const command = ["cp", "--reflink=always", `${place}/a`, `${place}/b`];
    return (await run(command)).code === 0;
  });
}

async function inThrowAway(
  directory: string,
  act: (place: string) => Promise<boolean>,
): Promise<boolean> {
  let place: string | undefined;
  try {
    place = Deno.makeTempDirSync({ dir: directory, prefix: PREFIX });
    return await act(place);
  } catch (error) {
    // A read-only or full file system can do neither.
    if (isOfTheHost(error)) return false;
    throw error;
  } finally {
    if (place !== undefined) Deno.removeSync(place, { recursive: true });
  }
}
