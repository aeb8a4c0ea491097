import { assetPath } from "../../assets.ts";
import { fromBase64, toBase64 } from "../../base/base64.ts";
import { safeLine } from "../../base/format.ts";
import type { Image } from "../../../journal/plan.ts";
import type { Ports } from "../../port/ports.ts";
import type { DatabaseFacts, ServerFacts } from "./server.ts";

/** What did not go well as the new image was tried, before anything is stopped. */
export interface Trial {
  /** Why it could not be tried. */
  readonly unable?: string;
  /** What its server said, which did not start with the old preload list. */
  readonly server?: string;
  /** Extensions that it could not make, as a restore does. */
  readonly unmade: readonly Refused[];
  /** Tables of those that it makes without a column whose values a dump brings. */
  readonly misshapen: readonly Refused[];
  /** Libraries that its server could not load, as pg_upgrade has it do. */
  readonly unloaded: readonly Refused[];
  /** Settings of routines that it does not know, each with a routine that has it. */
  readonly unknown: readonly (Refused & { readonly routine: string })[];
  /** What a configuration file of its own says of settings, by their names. */
  readonly told: Readonly<Record<string, string>>;
}

/** What of a database, and in the server's own words why not. */
export interface Refused {
  readonly name: string;
  readonly database: string;
  readonly said: string;
}

/** A setting, and the file of the old image that has said it. */
export interface Asked {
  readonly name: string;
  readonly file: string;
}

interface Subject {
  readonly server: ServerFacts;
  readonly databases: readonly DatabaseFacts[];
  readonly to: Image;
  readonly asked?: readonly Asked[];
}

/** Many databases have the same ones; each is tried where it is first met. */
const MOST = 300;
const LONGEST = 400;

type Item =
  | {
    readonly kind: "make" | "load" | "take";
    readonly name: string;
    readonly database: string;
  }
  | {
    readonly kind: "know";
    readonly name: string;
    readonly database: string;
    readonly routine: string;
  }
  | { readonly kind: "ask"; readonly name: string; readonly database: "" };

/**
 * Starts a server of the new image on an empty cluster, in a container that goes
 * with it, and has it do what the upgrade will: nothing else tells whether its
 * files fit each other. Undefined where nothing of the old server asks for it.
 */
export async function tryImage(
  subject: Subject,
  ports: Ports,
): Promise<Trial | undefined> {
  const items = itemsOf(subject);
  const settings = settingsOf(subject.server);
  if (items.length === 0 && settings.length === 0) return undefined;
  const path = assetPath("job/script/try_image.sh");
  const script = await ports.files.readText(path) ?? "";
  const { to } = subject;
  const words = items.map(({ words }) => words);
  const { stdout } = await ports.containers.probe(to.id, [
    ...["bash", "-c", script, "pgladder", subject.server.encoding],
    // What is tried comes first: the answers name it by its place.
    ...[...words, ...settings].map((it) => it.join(":")),
  ], `${to.uid}:${to.gid}`);
  return trialOf(stdout, items.map(({ item }) => item));
}

function itemsOf({ asked = [], databases, server }: Subject) {
  const seen = new Set<string>();
  const items: { item: Item; words: string[] }[] = [];
  const add = (item: Item, ...parts: string[]) => {
    const key = `${item.kind} ${item.name}`;
    if (seen.has(key) || items.length >= MOST) return false;
    seen.add(key);
    items.push({ item, words: [item.kind, ...parts.map(toBase64)] });
    return true;
  };
  for (const inside of databases) {
    const { extensionSchemas, libraries, name: database } = inside;
    for (const { extension: name, schema } of extensionSchemas) {
      if (name === "plpgsql") continue;
      if (!add({ kind: "make", name, database }, database, name, schema)) {
        continue;
      }
      // Only where it was made.
      for (const [extension, ...table] of inside.configured) {
        if (extension !== name) continue;
        const [within, relation, columns] = table;
        add(
          { kind: "take", name: `${within}.${relation}`, database },
          ...[database, within, relation, ...columns],
        );
      }
    }
    for (const [name] of libraries) add({ kind: "load", name, database }, name);
    for (const [name, routine] of inside.routineSettings) {
      add({ kind: "know", name, database, routine }, name);
    }
  }
  const live = new Set((server.loading ?? []).map(([name]) => name));
  for (const { file, name } of asked) {
    if (live.has(name)) add({ kind: "ask", name, database: "" }, name, file);
  }
  return items;
}

/** A name of a database or a file that an extension is told is no secret; what else it is told may be one. */
const TRIED =
  /^(shared|session|local)_preload_libraries$|^(dynamic_library|extension_control)_path$|\.(database_name|database|dbname|getkey_script|license)$/;

const settingsOf = ({ loading = [] }: ServerFacts) =>
  loading.filter(([name]) => TRIED.test(name))
    .map(([name, value]) => ["set", toBase64(name), toBase64(value)]);

/** What it printed, of a foreign image: parsed, bounded, and safe to show. */
function trialOf(printed: string, items: readonly Item[]): Trial {
  const unmade: Refused[] = [];
  const unloaded: Refused[] = [];
  const misshapen: Refused[] = [];
  const unknown: Trial["unknown"][number][] = [];
  const told: Record<string, string> = {};
  const rest: { unable?: string; server?: string } = {};
  const lines = printed.split("\n");
  for (const line of lines) {
    const [kind = "", at = "", word] = line.split(" ");
    const item = items[Number(at)];
    const said = text(word ?? at);
    if (kind === "unable" || kind === "server") rest[kind] = said;
    if (item === undefined || word === undefined) continue;
    if (kind === "said") told[item.name] = said;
    if (kind !== "failed") continue;
    const { database, name } = item;
    if (item.kind === "know") {
      unknown.push({ name, database, said, routine: item.routine });
    } else {
      const list: Record<typeof item.kind, Refused[]> = {
        make: unmade,
        load: unloaded,
        take: misshapen,
        ask: [],
      };
      list[item.kind].push({ name, database, said });
    }
  }
  const ended = lines.includes("done") || Object.keys(rest).length > 0;
  return {
    ...(ended ? rest : { unable: "its container has ended before" }),
    unmade,
    misshapen,
    unloaded,
    unknown,
    told,
  };
}

const text = (word: string) =>
  safeLine((fromBase64(word) ?? "").trim()).slice(0, LONGEST);
