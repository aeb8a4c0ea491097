import { basename, dirname, join } from "@std/path";
import type { Ports } from "../port/ports.ts";
import { realText } from "./nix/tree.ts";
import { imageOf } from "./quadlet.ts";

/** Where podman's generator looks for root's units, in its own order. */
export const QUADLETS = "/etc/containers/systemd";
const ROOTS = [
  "/run/containers/systemd",
  QUADLETS,
  "/usr/share/containers/systemd",
];
/** For the users' own services. */
const OF_USERS = join(QUADLETS, "users");
const DEPTH_MAX = 8;
const FOLDERS_MAX = 1000;

/** By their real paths: a file, and behind it its drop-ins as they are read. */
export type Texts = ReadonlyMap<string, string>;

/** Two drop-ins of one name, of which the generator reads one. */
export interface Twins {
  readonly twins: readonly [string, string];
}

/** The files of one unit, each with its drop-ins. */
export interface QuadletTexts {
  readonly container: Texts;
  /** Of the `.image` unit that it names; empty where none is found. */
  readonly image: Texts;
}

/** Quadlet's files on a host. */
export class QuadletFolders {
  private constructor(
    readonly ports: Ports,
    /** In the order in which they are searched. */
    readonly folders: readonly string[],
  ) {}

  /** @param source a unit's file, beside which its others may lie */
  static async find(source: string, ports: Ports): Promise<QuadletFolders> {
    const folders: string[] = [];
    const open = [dirname(source), ...ROOTS].toReversed()
      .map((path) => ({ path, depth: 0 }));
    for (let it = open.pop(); it !== undefined; it = open.pop()) {
      const { depth, path } = it;
      if (folders.includes(path) || path === OF_USERS) continue;
      const names = await ports.files.list(path);
      if (names === undefined) continue;
      folders.push(path);
      if (depth >= DEPTH_MAX || folders.length >= FOLDERS_MAX) continue;
      for (const name of names.toReversed()) {
        const inner = join(path, name);
        const kind = (await ports.files.look(inner))?.kind;
        if (kind === "directory") open.push({ path: inner, depth: depth + 1 });
      }
    }
    return new QuadletFolders(ports, folders);
  }

  /** Of files of the same name the generator reads the first. */
  async named(pattern: RegExp): Promise<readonly string[]> {
    const found = new Map<string, string>();
    for (const folder of this.folders) {
      for (const name of await this.ports.files.list(folder) ?? []) {
        if (pattern.test(name) && !found.has(name)) {
          found.set(name, join(folder, name));
        }
      }
    }
    return [...found.values()];
  }

  /** With the `.image` unit that it takes its image from. */
  async textsOf(source: string): Promise<QuadletTexts | Twins> {
    const container = await this.#withDropIns(source);
    if ("twins" in container) return container;
    const image = imageOf(container)?.value ?? "";
    if (!image.endsWith(".image")) return { container, image: new Map() };
    const [file] = await this.named(exactly(image));
    const texts = file === undefined
      ? new Map<string, string>()
      : await this.#withDropIns(file);
    return "twins" in texts ? texts : { container, image: texts };
  }

  async #withDropIns(source: string): Promise<Texts | Twins> {
    const found = new Map<string, string>();
    for (const inner of dropInFolders(basename(source))) {
      for (const folder of this.folders) {
        for (
          const name of await this.ports.files.list(join(folder, inner)) ?? []
        ) {
          const path = join(folder, inner, name);
          if (!name.endsWith(".conf")) continue;
          const other = found.get(name);
          if (other !== undefined && other !== path) {
            return { twins: [other, path] };
          }
          found.set(name, path);
        }
      }
    }
    const dropIns = [...found].toSorted(([a], [b]) => a < b ? -1 : 1);
    const texts = new Map<string, string>();
    for (const path of [source, ...dropIns.map(([, path]) => path)]) {
      const { real, text } = await realText(path, this.ports);
      if (text !== undefined) texts.set(real, text);
    }
    return texts;
  }

  /**
   * The first other Quadlet that one of the files is read for, or another
   * instance of the same template: a change there would change that one, too.
   */
  async otherUser(
    changed: readonly string[],
    source: string,
    unit: string,
  ): Promise<{ readonly file: string; readonly by: string } | undefined> {
    const own = basename(source);
    for (const path of await this.named(/(?<!@)\.container$/)) {
      if (basename(path) === own) continue;
      const texts = await this.textsOf(path);
      const read = "twins" in texts
        ? []
        : [...texts.container.keys(), ...texts.image.keys()];
      const shared = changed.find((file) => read.includes(file));
      if (shared !== undefined) return { file: shared, by: path };
    }
    const [, template] = /^(.+@)[^@]+\.service$/.exec(unit) ?? [];
    const ofInstance = own.includes("@.")
      ? undefined
      : new RegExp(`/${escaped(own)}\\.d/[^/]+$`);
    const file = changed.find((it) => !ofInstance?.test(it));
    // ServiceName= may say such a name without a template.
    if (!own.includes("@") || template === undefined || file === undefined) {
      return undefined;
    }
    const by = (await this.#instances(template)).find((it) => it !== unit);
    return by === undefined ? undefined : { file, by };
  }

  /** As systemd has them loaded, those that failed or stand still included. */
  async #instances(template: string): Promise<readonly string[]> {
    const { stdout } = await this.ports.host.run([
      ...["systemctl", "list-units", "--all", "--plain", "--no-legend"],
      ...["--full", "--", `${template}*.service`],
    ]);
    return stdout.split("\n").map((line) => line.trim().split(" ")[0] ?? "")
      .filter((name) => name !== "");
  }
}

/**
 * podman-systemd.unit(5): all units of a kind have a folder of drop-ins, those
 * whose names begin alike up to a "-", the instances of a template, and each
 * unit its own.
 */
export function dropInFolders(file: string): readonly string[] {
  const [, name = file, instance, ending = ""] =
    /^([^@]*)(?:@(.*))?(\.[a-z]+)$/.exec(file) ?? [];
  const parts = name.split("-").slice(0, -1);
  const begun = parts.flatMap((_, at) => {
    const start = `${parts.slice(0, at + 1).join("-")}-`;
    return instance === undefined ? [start] : [start, `${start}@`];
  });
  const template = instance === undefined || instance === ""
    ? []
    : [`${name}@`];
  return [
    `${ending.slice(1)}.d`,
    ...[...begun, ...template].map((it) => `${it}${ending}.d`),
    `${file}.d`,
  ];
}

const escaped = (text: string) => text.replace(/[^\w]/g, "\\$&");
const exactly = (name: string) => new RegExp(`^${escaped(name)}$`);
