import type { Ports } from "../../port/ports.ts";

/**
 * Looks at a repository as it will be, on a copy: what is looked at is never
 * what people work with. Each file is given with its text to be.
 */
export async function onCopy<T>(
  home: string,
  changed: ReadonlyMap<string, string>,
  { files, host }: Pick<Ports, "files" | "host">,
  look: (place: string) => Promise<T>,
): Promise<T> {
  const made = await host.run(["mktemp", "-d"]);
  const directory = made.stdout.trim();
  if (made.code !== 0 || directory === "") {
    throw new Error(`Cannot make a directory to try it in: ${made.stderr}`);
  }
  try {
    const place = `${directory}/tree`;
    const copied = await host.run(["cp", "-a", "--", home, place]);
    if (copied.code !== 0) throw new Error(copied.stderr.trim());
    for (const [file, text] of changed) {
      await files.writeText(`${place}${file.slice(home.length)}`, text);
    }
    return await look(place);
  } finally {
    await files.remove(directory);
  }
}
