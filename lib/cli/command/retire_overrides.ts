import { resolve } from "@std/path";
import { unifiedDiff } from "../../configuration/diff.ts";
import { EXIT } from "../../base/exit_code.ts";
import { Failure } from "../../base/failure.ts";
import { cleanTree, textsBelow } from "../../configuration/nix/tree.ts";
import { applyEdits, type Edit } from "../../configuration/edit.ts";
import {
  evaluate,
  type Evaluated,
  machinesOf,
} from "../../configuration/nix/evaluate.ts";
import { hostsOf, type NixHost } from "../../configuration/nix/hosts.ts";
import { Sources } from "../../configuration/nix/sources.ts";
import { onCopy } from "../../configuration/nix/on_copy.ts";
import { retire } from "../../configuration/nix/retire.ts";
import type { Ports } from "../../port/ports.ts";
import { safe } from "../../base/format.ts";
import type { App } from "./command.ts";
import { requireOption } from "../session/switch_options.ts";
import { confirm } from "../session/confirm.ts";
import { waitingOn } from "../session/show_waiting.ts";

/** What the operator asked for. */
interface RetireRequest {
  readonly home: string;
  readonly option: readonly string[];
  readonly name: string;
  readonly to: string;
  /** Hosts that are left out. */
  readonly except: readonly string[];
  /** What a person says that hosts have. */
  readonly assumed: ReadonlyMap<string, string>;
  /** Nix is not asked. */
  readonly isRead: boolean;
}

/** The files as they are, and as they will be. */
interface Change {
  readonly file: string;
  readonly text: string;
  readonly edits: readonly Edit[];
}

const NOT_FOUND = 127;

/** A module's new default: the hosts' own lines that say the same go. */
export async function retireOverrides(app: App): Promise<number> {
  const { operator, ports } = app;
  const request = await readWish(app);
  const { links, skipped, texts } = await textsBelow(request.home, ports);
  const waiting = waitingOn(app);
  const { evaluated, hosts, isListed } = await waiting(
    "Nix evaluates the hosts",
    () => askHosts(request, new Sources(texts, skipped, links), ports),
  );
  const found = retire(texts, {
    ...request,
    ...{ evaluated, hosts, isListed, links, skipped },
  });
  if (found.kind === "refused") {
    const unknown = unevaluated(evaluated);
    const list = [...found.list, ...unknown].map((line) => `\n  ${line}`)
      .join("");
    throw refusal(request, `${found.problem}${list && `:${list}`}`);
  }
  if (found.edits.length === 0) {
    operator.print(
      `Nothing to do: "${request.name}" is "${request.to}" by default, and no host says so itself.`,
    );
    return EXIT.done;
  }
  const changes = [...Map.groupBy(found.edits, ({ file }) => file)]
    .map(([file, edits]) => ({ file, edits, text: texts.get(file) ?? "" }));
  const notes = [
    ...onTheirWord(request),
    ...await checkParse(request, changes, ports),
    ...await waiting(
      "Nix evaluates the hosts as they will be",
      () => checkValues(request, evaluated, found.affected, changes, ports),
    ),
  ];
  const diff = changes.map(({ edits, file, text }) =>
    unifiedDiff(file, text, edits)
  ).join("\n");
  const shown = app.args.options.json
    ? JSON.stringify({ hosts: found.hosts, notes, diff }, null, 2)
    : safe(
      ["Hosts", ...found.hosts.map((it) => `  ${it}`), "", diff, "", ...notes]
        .join("\n"),
    );
  operator.print(shown);
  await confirm(app, `Change ${changes.length} files`);
  const git = await cleanTree(changes[0]?.file ?? "/", ports);
  await write(request, changes, ports);
  ports.host.say(
    git === "" ? "Done." : `Done. The working tree was clean: commit this with
  git -C ${git} commit -am '${request.name}: ${request.to} by default'`,
  );
  return EXIT.done;
}

async function readWish({ args, ports }: App): Promise<RetireRequest> {
  const { operand, options } = args;
  const option = requireOption(options["nix-option"]);
  const { to } = options;
  if (operand === undefined || option === undefined || to === undefined) {
    const missing = operand === undefined
      ? "No directory is named"
      : option === undefined
      ? "No option is named"
      : "No version is named";
    throw new Failure("usage", {
      problem: missing,
      hint:
        "pgladder retire-overrides --nix-option nixfiles.pleroma.postgresTag --to 17 DIR",
    });
  }
  const { stdout } = await ports.host.run(["readlink", "-f", "--", operand]);
  const home = resolve(stdout.replace(/\n$/, "") || operand);
  if ((await ports.files.look(home))?.kind !== "directory") {
    throw new Failure("usage", {
      problem: `"${operand}" is not a directory`,
      hint: "It is the root of the configuration's repository",
    });
  }
  const except = options.except?.split(",").filter(Boolean) ?? [];
  const assumed = new Map(
    (options.assume?.split(",") ?? []).map((it) => {
      const [host, value, ...more] = it.split("=");
      if (host && value && more.length === 0) return [host, value];
      throw new Failure("usage", {
        problem: `--assume cannot be "${it}"`,
        hint: "It is HOST=VALUE, such as --assume web1=17",
      });
    }),
  );
  const isRead = options["no-eval"] !== undefined;
  const path = option.split(".");
  return { home, option: path, name: option, to, except, assumed, isRead };
}

/** All machines but those left out, and what is known of each. */
async function askHosts(
  request: RetireRequest,
  sources: Sources,
  ports: Ports,
) {
  const { assumed, except, home, isRead } = request;
  const root = `${home}/flake.nix`;
  const named = sources.texts.has(root) && !isRead
    ? await machinesOf(home, ports)
    : undefined;
  const all = named?.map((name) => ({ name, root, attribute: name })) ??
    hostsOf(sources, home);
  const strange = [...except, ...assumed.keys()]
    .filter((name) => !all.some((it) => it.name === name));
  if (strange.length > 0) {
    throw new Failure("usage", {
      problem: `There is no host "${strange[0]}"`,
      hint: `Hosts: ${all.map(({ name }) => name).join(", ")}`,
    });
  }
  const hosts = all.filter(({ name }) => !except.includes(name));
  const evaluated = new Map<string, Evaluated>(
    isRead ? [] : await evaluate(hosts, { ...request, place: home }, ports),
  );
  for (const [name, value] of assumed) {
    const found = evaluated.get(name);
    if (found === undefined || found.kind === "unknown") {
      evaluated.set(name, { kind: "value", value });
    } else if (textOf(found) !== `"${value}"`) {
      throw refusal(
        request,
        `--assume ${name}=${value}, and Nix evaluates it to ${textOf(found)}`,
      );
    }
  }
  return { evaluated, hosts, isListed: named !== undefined };
}

/** Who is not looked at: a person's word counts, and is told as such. */
function onTheirWord({ assumed, except, to }: RetireRequest): string[] {
  const said = [...assumed].map(([name, value]) => `${name} "${value}"`);
  return [
    ...except.length === 0 ? [] : [
      `Left out by --except: ${
        except.join(", ")
      }. Who goes by the default gets "${to}" there at the next rebuild.`,
    ],
    ...said.length === 0 ? [] : [`By --assume: ${said.join(", ")}.`],
  ];
}

function unevaluated(evaluated: ReadonlyMap<string, Evaluated>): string[] {
  return [...evaluated].flatMap(([name, it]) =>
    it.kind === "unknown" ? [`not evaluated: ${name} (${it.why})`] : []
  );
}

/** Nix itself reads what is to be written. */
async function checkParse(
  request: RetireRequest,
  changes: readonly Change[],
  { host }: Ports,
): Promise<string[]> {
  for (const { edits, file, text } of changes) {
    const words = ["nix-instantiate", "--parse", "-"];
    const { code, stderr } = await host.run(words, applyEdits(text, edits));
    if (code === NOT_FOUND) return ["Not parsed: nix-instantiate is not here."];
    if (code !== 0) {
      throw refusal(
        request,
        `"${file}" would not be valid Nix any more: ${stderr}`,
      );
    }
  }
  return ["Nix parses each of these files as they will be."];
}

/** Every host's value as Nix evaluates it, before and after, on a copy. */
async function checkValues(
  request: RetireRequest,
  before: ReadonlyMap<string, Evaluated>,
  hosts: readonly NixHost[],
  changes: readonly Change[],
  ports: Ports,
): Promise<string[]> {
  const { home } = request;
  const known = hosts.filter(({ name }) =>
    before.get(name)?.kind === "value" && !request.assumed.has(name)
  );
  const notes = unevaluated(before).map((it) => `N${it.slice(1)}.`);
  if (known.length === 0) return notes;
  const changed = new Map(
    changes.map(({ edits, file, text }) => [file, applyEdits(text, edits)]),
  );
  const after = await onCopy(
    home,
    changed,
    ports,
    (place) => evaluate(known, { ...request, place }, ports),
  );
  const wrong = known.filter(({ name }) =>
    textOf(after.get(name)) !== textOf(before.get(name))
  );
  if (wrong.length > 0) {
    const list = wrong.map(({ name }) =>
      `\n  ${name}: ${textOf(before.get(name))} → ${textOf(after.get(name))}`
    );
    throw refusal(
      request,
      `Nix evaluates it to another value afterwards:${list.join("")}`,
    );
  }
  const names = known.map(({ name }) => `${name} ${textOf(before.get(name))}`)
    .join(", ");
  return [...notes, `Nix evaluates the same before and after: ${names}.`];
}

function textOf(evaluated: Evaluated | undefined): string {
  if (evaluated?.kind === "value") return `"${evaluated.value}"`;
  return evaluated?.kind === "unknown"
    ? `nothing (${evaluated.why})`
    : "nothing";
}

/** First all are looked at once more, then all are written. */
async function write(
  request: RetireRequest,
  changes: readonly Change[],
  { files }: Ports,
) {
  for (const { file, text } of changes) {
    if (await files.readText(file) === text) continue;
    throw refusal(
      request,
      `"${file}" was changed while pgladder was reading it; run the command again`,
    );
  }
  for (const { edits, file, text } of changes) {
    await files.writeText(file, applyEdits(text, edits));
  }
}

function refusal({ name }: RetireRequest, reason: string): Failure {
  return new Failure("retire", { name, problem: reason });
}
