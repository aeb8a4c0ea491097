import { normalize } from "@std/path";
import * as v from "valibot";
import { readJson } from "../../base/json.ts";
import type { Container, Mount } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";

/** What of `docker compose config --format json` is compared. */
const ServiceSchema = v.looseObject({
  image: v.optional(v.string()),
  container_name: v.optional(v.string()),
  command: v.nullish(v.array(v.string())),
  environment: v.nullish(v.record(v.string(), v.nullable(v.string()))),
  volumes: v.nullish(v.array(v.looseObject({
    type: v.optional(v.string()),
    source: v.optional(v.string()),
    target: v.string(),
  }))),
});
const ModelSchema = v.looseObject({
  services: v.record(v.string(), v.unknown()),
  volumes: v.nullish(
    v.record(
      v.string(),
      v.nullish(v.looseObject({ name: v.optional(v.string()) })),
    ),
  ),
});
type Service = v.InferOutput<typeof ServiceSchema>;

/** In what a container differs from what its files would make now. */
export interface Difference {
  /** Phrases: names of variables, never their values. */
  readonly parts: readonly string[];
  /** Names of the variables of its environment among them. */
  readonly variables: readonly string[];
  /** What has its data would be another one, or its name would. */
  readonly grave: boolean;
}

const NAMED_MAX = 5;

/** @param printed the project, as compose itself reads it */
export async function differenceOf(
  container: Container,
  service: string,
  printed: string,
  { containers }: Pick<Ports, "containers">,
): Promise<Difference | undefined> {
  const model = readJson(ModelSchema, printed);
  if (!model.success) return undefined;
  const read = v.safeParse(ServiceSchema, model.output.services[service]);
  if (!read.success) return undefined;
  const wanted = read.output;
  const image = await containers.image(container.imageId);
  const realName = (source: string) =>
    model.output.volumes?.[source]?.name ?? source;
  const mounts = mountParts(container, wanted, realName);
  const named = wanted.container_name ?? container.name;
  const isCommand = sameWords(
    wanted.command?.map(plain) ?? image?.command ?? container.command,
    container.command,
  );
  const variables = variableNames(container, wanted, image?.env ?? {});
  return {
    variables,
    grave: mounts.some(({ isData }) => isData) || named !== container.name,
    parts: [
      ...wanted.image === undefined || plain(wanted.image) === container.image
        ? []
        : [`its image (${container.image} → ${plain(wanted.image)})`],
      ...named === container.name
        ? []
        : [`its name (${container.name} → ${named})`],
      ...mounts.map(({ words }) => words),
      ...isCommand ? [] : ["its command"],
      ...variables.length === 0
        ? []
        : [`${listed(variables)} in its environment`],
    ],
  };
}

/** Compose prints each "$" so that it would be read again as one. */
const plain = (text: string) => text.replaceAll("$$", "$");

const sameWords = (a: readonly string[], b: readonly string[]) =>
  JSON.stringify(a) === JSON.stringify(b);

function listed(names: readonly string[]): string {
  const more = names.length - NAMED_MAX;
  return names.slice(0, NAMED_MAX).join(", ") +
    (more > 0 ? ` and ${more} more` : "");
}

/** Of those that the image does not set, or not so. */
function variableNames(
  { env }: Container,
  { environment }: Service,
  ofImage: Readonly<Record<string, string>>,
): readonly string[] {
  const wanted = new Map(Object.entries(ofImage));
  for (const [name, value] of Object.entries(environment ?? {})) {
    if (value === null) wanted.delete(name);
    else wanted.set(name, plain(value));
  }
  const names = new Set([...wanted.keys(), ...Object.keys(env)]);
  return [...names].filter((name) => wanted.get(name) !== env[name]).toSorted();
}

function mountParts(
  { env, mounts }: Container,
  { volumes }: Service,
  realName: (source: string) => string,
): readonly { readonly words: string; readonly isData: boolean }[] {
  const data = env["PGDATA"] ?? "/var/lib/postgresql/data";
  const wanted = new Map(
    (volumes ?? []).filter(({ type }) => type !== "tmpfs").map((
      { source, target },
    ) => [
      normalize(plain(target)),
      source === undefined
        ? "a volume without a name"
        : realName(plain(source)),
    ]),
  );
  const places = new Set([
    ...wanted.keys(),
    ...mounts.map(({ mountPath }) => normalize(mountPath)),
  ]);
  return [...places].toSorted().flatMap((place) => {
    const now = mounts.find(({ mountPath }) => normalize(mountPath) === place);
    const then = wanted.get(place);
    const isData = place === data || data.startsWith(`${place}/`);
    // A secret, or an image's own volume.
    if (then === undefined && (!isData || now && isNameless(now))) return [];
    if (now !== undefined && then !== undefined && isSame(now, then)) return [];
    return [{
      isData,
      words: `${isData ? "what its data are in, " : ""}the mount at ${place} (${
        now === undefined ? "none" : now.name || now.source
      } → ${then ?? "none"})`,
    }];
  });
}

const isNameless = ({ name }: Mount) => /^[0-9a-f]{64}$/.test(name);

const isSame = ({ name, source }: Mount, wanted: string) =>
  name === wanted || normalize(source) === normalize(wanted) ||
  wanted === "a volume without a name" && isNameless({ name } as Mount);
