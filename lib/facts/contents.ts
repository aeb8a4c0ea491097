import type { Ports } from "../port/ports.ts";

/** What an image brings for the clusters that it serves. */
export interface Contents {
  /** Extensions that CREATE EXTENSION would find. */
  readonly extensions: readonly string[];
  /** Libraries that the server could preload, without ".so". */
  readonly libraries: readonly string[];
  /** Locales of its C library, as `locale -a` prints them. */
  readonly locales: readonly string[];
  /** Settings that its server knows. */
  readonly settings: readonly string[];
}

export const NO_CONTENTS: Contents = {
  extensions: [],
  libraries: [],
  locales: [],
  settings: [],
};

/** Every line says first what it is about. */
const SCRIPT = `
shopt -s nullglob
bin=$(dirname "$(readlink -f "$(command -v postgres)")")
for file in /usr/share/postgresql/*/extension/*.control /usr/local/share/postgresql/extension/*.control \
  "$bin"/../share/extension/*.control "$bin"/../share/postgresql/extension/*.control; do
  name=\${file##*/} && printf 'extension %s\n' "\${name%.control}"
done
for file in "$bin"/../lib/*.so "$bin"/../lib/postgresql/*.so; do
  name=\${file##*/} && printf 'library %s\n' "\${name%.so}"
done
locale -a 2>/dev/null | sed 's/^/locale /'
postgres --describe-config 2>/dev/null | cut -f1 | sed 's/^/setting /'`;

export async function contentsOf(
  image: string,
  { containers }: Ports,
): Promise<Contents> {
  const { stdout } = await containers.probe(image, ["bash", "-c", SCRIPT]);
  const of = (kind: string) => [
    ...new Set(
      stdout.split("\n").filter((line) => line.startsWith(`${kind} `))
        .map((line) => line.slice(kind.length + 1)),
    ),
  ];
  return {
    extensions: of("extension"),
    libraries: of("library"),
    locales: of("locale"),
    settings: of("setting"),
  };
}
