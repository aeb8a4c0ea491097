import * as v from "valibot";
import { readJson } from "../../base/json.ts";
import { applyEdits, type Edit } from "../edit.ts";
import type { NixPorts } from "./ask.ts";
import { CONTAINERS } from "./containers_look.ts";
import { ask, machinesOf, whyNot } from "./evaluate.ts";
import type { NixHost } from "./hosts.ts";
import { onCopy } from "./on_copy.ts";
import type { Seen } from "./witness.ts";

/** Each container's image and mounts; or why Nix cannot say, in one line. */
type Told = ReadonlyMap<string, string> | { readonly why: string };

/** The tree, and the host that is to be changed. */
interface FleetOf {
  readonly host: NixHost;
  readonly home: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly kind: Seen["kind"];
}

/**
 * The other hosts of a flake. Reading does not tell for certain which of them
 * have a file too, nor does the list of a host's modules: a value may come from
 * a file that is none. So each is evaluated before and after a change.
 */
export class Fleet {
  /** Files of which a change has shown that other hosts have them. */
  readonly shared = new Set<string>();
  #before: Map<string, Told> | undefined;

  constructor(readonly of: FleetOf, readonly ports: NixPorts) {}

  /** A phrase: which other host these edits would change, or may. */
  async objection(edits: readonly Edit[]): Promise<string | undefined> {
    const { home, host } = this.of;
    const doubtful = edits.filter(({ file }) =>
      !isNamedFor(host, file.slice(home.length))
    );
    if (host.attribute === undefined || doubtful.length === 0) return undefined;
    this.#before ??= await this.#others();
    if (this.#before === undefined) {
      return "Nix does not say which other hosts there are";
    }
    const changed = await this.#changedBy(edits);
    if (changed === undefined) return undefined;
    const files = [...Map.groupBy(doubtful, ({ file }) => file)];
    for (const [file, own] of files) {
      const alone = files.length === 1 && doubtful.length === edits.length
        ? changed
        : await this.#changedBy(own);
      if (alone !== undefined) this.shared.add(file);
    }
    return changed;
  }

  /** As they are; undefined where Nix does not name them. */
  async #others(): Promise<Map<string, Told> | undefined> {
    const { home, host } = this.of;
    const names = await machinesOf(home, this.ports);
    if (names === undefined) return undefined;
    const others = new Map<string, Told>();
    for (const name of names) {
      if (name === host.attribute) continue;
      others.set(name, await this.#look(name, home));
    }
    return others;
  }

  async #changedBy(edits: readonly Edit[]): Promise<string | undefined> {
    const { home, texts } = this.of;
    const before = this.#before ?? new Map();
    for (const [name, told] of before) {
      if ("why" in told) {
        return `it may change another host: ${name} does not evaluate (${told.why})`;
      }
    }
    if (before.size === 0) return undefined;
    const files = [...Map.groupBy(edits, ({ file }) => file)];
    const changed = new Map(
      files.map(([file, own]) => [
        file,
        applyEdits(texts.get(file) ?? "", own),
      ]),
    );
    return await onCopy(home, changed, this.ports, async (place) => {
      for (const [name, told] of before) {
        const after = await this.#look(name, place);
        if ("why" in after) {
          return `it would keep another host from evaluating: ${name} (${after.why})`;
        }
        const [container] = [...told, ...after]
          .find(([key]) => told.get(key) !== after.get(key)) ?? [];
        if (container !== undefined) {
          return `it would change another host: ${name} (${container})`;
        }
      }
      return undefined;
    });
  }

  async #look(name: string, place: string): Promise<Told> {
    const { home, host, kind } = this.of;
    const machine = { ...host, name, attribute: name };
    const answer = await ask(
      machine,
      lookOf(kind),
      { home, place },
      this.ports,
    );
    const found = readJson(ANSWER, answer.stdout);
    if (answer.code !== 0 || !found.success) return { why: whyNot(answer) };
    return new Map(
      Object.entries(found.output)
        .map(([key, words]) => [key, withoutPlace(words.join("\n"), place)]),
    );
  }
}

const ANSWER = v.record(v.string(), v.array(v.string()));

function lookOf(kind: Seen["kind"]): string {
  return `
    machine:
    let${CONTAINERS}
      text = it: builtins.unsafeDiscardStringContext (toString it);
      of = { inherit oci; quadlet = quadlets; arion = arions; inherit texts; };
    in
    builtins.mapAttrs
      (_: it: map text ([ (it.image or "") ] ++ (it.volumes or [ ])))
      of.${kind === "text" ? "texts" : kind || "oci"}`;
}

/** What names the tree's own path is the same wherever that lies. */
function withoutPlace(text: string, place: string): string {
  return text.replaceAll(place, "")
    .replaceAll(/\/nix\/store\/[0-9a-z]{32}-/g, "/nix/store/-");
}

/** Of a path below the tree: `hosts/NAME/…` and `NAME.nix` are that host's. */
export function isNamedFor({ attribute }: NixHost, path: string): boolean {
  return attribute !== undefined &&
    path.replace(/\.nix$/, "").split("/").includes(attribute);
}
