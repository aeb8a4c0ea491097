import { PROJECT_LABEL } from "../../configuration/compose/labels.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { unitOf } from "./unit.ts";

/** What else on the host has to do with the database's container. */

/** A container that starts others again, or makes them again, by itself. */
export interface Updater {
  readonly container: string;
  readonly image: string;
  /** Where one runs it: with --writers this is what is stopped. */
  readonly unit?: string;
  /** A phrase: what it does. */
  readonly does: string;
}

/** A container whose pg_dump is older than the new server. */
export interface Dumper {
  readonly container: string;
  /** As pg_dump has it: "15.6". */
  readonly version: string;
}

interface Kind {
  /** The image's name without its registry, owner and tag. */
  readonly image: RegExp;
  readonly does: string;
  /** By what stands on both of them it does that to the database's container. */
  concerns(helper: Container, own: Container): boolean;
}

const isTrue = (word: string | undefined) =>
  /^(1|t|true|yes)$/i.test(word ?? "");

/** Watchtower's options that no value follows. */
const PLAIN =
  /^(-[cdemRSv]|--(cleanup|debug|trace|monitor-only|no-restart|no-pull|no-startup-message|no-color|include-restarting|include-stopped|revive-stopped|run-once|remove-volumes|rolling-restart|label-enable|label-take-precedence|enable-lifecycle-hooks|http-api-update|http-api-metrics|http-api-periodic-polls|tlsverify)|--[\w-]+=.*)$/;

/**
 * Names behind watchtower's options are all that it watches, less those that it
 * is told to leave out. What follows an unknown option may be its value.
 */
function isWatched(
  name: string,
  command: readonly string[],
  env: Container["env"],
): boolean {
  const words = command.slice(
    /(^|\/)watchtower$/.test(command[0] ?? "") ? 1 : 0,
  );
  const leftOut = words.flatMap((word, at) =>
    /^(-x|--disable-containers)$/.test(word)
      ? words[at + 1] ?? ""
      : /^--disable-containers=(.*)$/.exec(word)?.[1] ?? ""
  );
  const isNamed = (list: string) =>
    list.split(/[\s,]+/).some((it) => it.replace(/^\//, "") === name);
  if ([...leftOut, env["WATCHTOWER_DISABLE_CONTAINERS"] ?? ""].some(isNamed)) {
    return false;
  }
  const names = words.filter((word, at) => {
    const before = words[at - 1] ?? "";
    return !word.startsWith("-") &&
      (!before.startsWith("-") || PLAIN.test(before));
  });
  return names.length === 0 || names.some(isNamed);
}

/**
 * The variables, options and labels are those of each one's own manual:
 * watchtower's arguments, docker-autoheal's README, Diun's "script" notifier,
 * What's up Docker's triggers, docker-volume-backup's labels.
 */
const KINDS: readonly Kind[] = [
  {
    image: /^watchtower$/,
    does: "makes containers again of newer images",
    concerns({ command, env }, { labels, name }) {
      const label = (name: string) =>
        labels[`com.centurylinklabs.watchtower.${name}`];
      const says = (variable: string, ...options: string[]) =>
        isTrue(env[`WATCHTOWER_${variable}`]) ||
        command.some((word) => options.includes(word));
      const onlyLooks = says("MONITOR_ONLY", "--monitor-only", "-m") ||
        isTrue(label("monitor-only"));
      const isAsked = label("enable") === undefined
        ? !says("LABEL_ENABLE", "--label-enable", "-e")
        : isTrue(label("enable"));
      return isAsked && !onlyLooks && isWatched(name, command, env);
    },
  },
  {
    image: /^(docker-)?autoheal$/,
    does: "starts containers again that it finds unhealthy",
    concerns({ env }, { health = "", labels }) {
      const label = env["AUTOHEAL_CONTAINER_LABEL"] || "autoheal";
      return health !== "" && (label === "all" || isTrue(labels[label]));
    },
  },
  {
    image: /^diun$/,
    does: "runs a command of its own where an image is newer",
    concerns: ({ env }) => env["DIUN_NOTIF_SCRIPT_CMD"] !== undefined,
  },
  {
    image: /^(wud|whats-up-docker)$/,
    does: "makes containers again of newer images",
    concerns: ({ env }) =>
      Object.keys(env).some((name) => /^WUD_TRIGGER_DOCKER/.test(name)),
  },
  {
    image: /^ouroboros$/,
    does: "makes containers again of newer images",
    concerns: (_, { labels }) =>
      labels["com.ouroboros.enable"] === undefined ||
      isTrue(labels["com.ouroboros.enable"]),
  },
  {
    image: /^docker-volume-backup$/,
    does: "stops it for a backup and starts it again",
    concerns: (_, { labels }) =>
      ["stop-during-backup", "stop-during-backup-no-restart"].some((name) =>
        labels[`docker-volume-backup.${name}`] !== undefined
      ),
  },
];

/** "watchtower" of "docker.io/containrrr/watchtower:1.7@sha256:…". */
const bareName = (image: string) =>
  image.replace(/@.*$/, "").split("/").at(-1)?.replace(/:.*$/, "") ?? "";

/** Who might start it, or make it again, while it is to stand still. */
export async function updatersOf(
  own: Container,
  around: readonly Container[],
  ports: Ports,
): Promise<readonly Updater[]> {
  const found = await Promise.all(around.map(async (helper) => {
    if (helper.id === own.id || !helper.running) return [];
    const name = bareName(helper.image);
    const kind = KINDS.find((it) =>
      it.image.test(name) && it.concerns(helper, own)
    );
    if (kind === undefined) return [];
    const unit = await unitOf(helper.name, ports, helper);
    return [{
      container: helper.name,
      image: helper.image,
      ...(unit === undefined ? {} : { unit }),
      does: kind.does,
    }];
  }));
  return found.flat();
}

/** So many are asked at the most: each costs a process in a container. */
const ASKED_MAX = 20;

/** Its name or its image's says what it is for. */
const isForBackups = ({ image, name }: Container) =>
  /backup|dump|barman|restic|borg/i.test(`${name} ${bareName(image)}`);

/**
 * Whose pg_dump takes no dump of that version: it says so and ends. Asked are
 * those of its project, those that use it, and those that are for backups.
 */
export async function dumpersOf(
  own: Container,
  { around, major, writers }: {
    readonly around: readonly Container[];
    /** Of the new server. */
    readonly major: number;
    readonly writers: readonly { readonly unit: string }[];
  },
  { containers }: Pick<Ports, "containers">,
): Promise<readonly Dumper[]> {
  const project = own.labels[PROJECT_LABEL];
  const asked = around.filter((it) =>
    it.running && it.id !== own.id &&
    (isForBackups(it) || writers.some(({ unit }) => unit === it.name) ||
      project !== undefined && it.labels[PROJECT_LABEL] === project)
  ).slice(0, ASKED_MAX);
  const found = await Promise.all(asked.map(async ({ name }) => {
    const version = await pgDumpIn(name, containers);
    return version !== undefined && Number.parseInt(version) < major
      ? [{ container: name, version }]
      : [];
  }));
  return found.flat();
}

/** It answers in one line, at once; another one's program is given no more. */
const BRIEF = { timeoutMs: 5000, mostBytes: 4096 };

/** Undefined where it has none, or cannot be asked. */
async function pgDumpIn(
  name: string,
  containers: Ports["containers"],
): Promise<string | undefined> {
  try {
    const { code, stdout } = await containers.exec(name, [
      ...["pg_dump", "--version"],
    ], BRIEF);
    return code === 0
      ? /^pg_dump \(PostgreSQL\) (\d{1,3}(\.\d{1,3}){0,2})(?=\s|$)/.exec(stdout)
        ?.[1]
      : undefined;
  } catch {
    // Paused, or without any program: nothing is known of it.
    return undefined;
  }
}
