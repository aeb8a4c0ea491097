import type { Container, Mount } from "../../lib/port/containers.ts";
import type { DirectoryUser } from "../../lib/port/files.ts";
import type { Unit } from "../../lib/port/units.ts";
import { sampleFacts, sampleUnit } from "./found.ts";
import { MemoryFiles } from "./files.ts";
import { portsOf } from "./ports.ts";

/** A cluster at rest or in use, for a host whose database is in trouble. */
export interface Lying {
  readonly major: number;
  readonly relations?: number;
  readonly server?: string;
  readonly bytes?: number;
  /** Without a control file. */
  readonly damaged?: true;
  /** Seconds after midnight of 2026-11-30 (UTC). */
  readonly made?: number;
  readonly written?: number;
  readonly state?: "shut down" | "in production";
}

/** What is there, by name or path. */
export interface Trouble {
  readonly containers?: readonly Partial<Container>[];
  /** Of podman, beside docker's. */
  readonly ofPodman?: readonly Partial<Container>[];
  /** Volumes by their names. */
  readonly volumes?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly clusters: Readonly<Record<string, Lying>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly units?: readonly (Partial<Unit> & { readonly name: string })[];
  /** The words of each unit's one command. */
  readonly commands?: Readonly<Record<string, readonly string[]>>;
  /** Who holds a directory. */
  readonly users?: Readonly<Record<string, readonly DirectoryUser[]>>;
  /** What a log says last. */
  readonly said?: string;
  /** What the server says of databases that were sorted otherwise. */
  readonly sorted?: readonly unknown[];
}

export const STORE = "/var/lib/docker/volumes";
const MIDNIGHT = Date.UTC(2026, 10, 30) / 1000;

export const bind = (source: string, mountPath: string): Mount => ({
  kind: "bind",
  name: "",
  source,
  mountPath,
});
export const volume = (name: string, mountPath: string): Mount => ({
  kind: "volume",
  name,
  source: `${STORE}/${name}/_data`,
  mountPath,
});

/** Labels of a service of the project "shop" in "/srv/shop". */
export const ofShop = (service: string) => ({
  "com.docker.compose.project": "shop",
  "com.docker.compose.project.working_dir": "/srv/shop",
  "com.docker.compose.project.config_files": "/srv/shop/compose.yaml",
  "com.docker.compose.service": service,
});

/** The official images, by what a name says of the version. */
function imageOf(reference: string) {
  const major = Number(/:(\d+)/.exec(reference)?.[1]);
  if (Number.isNaN(major)) return undefined;
  const mountPath = "/var/lib/postgresql";
  return {
    id: reference,
    digest: "",
    env: {
      PG_MAJOR: `${major}`,
      PGDATA: major >= 18
        ? `${mountPath}/${major}/docker`
        : `${mountPath}/data`,
    },
    volumes: [major >= 18 ? mountPath : `${mountPath}/data`],
  };
}

const empty: Container = {
  ...sampleFacts().container,
  running: false,
  pid: 0,
  labels: {},
  env: {},
  mounts: [],
};

const wholeOnes = (parts: readonly Partial<Container>[] = []) =>
  parts.map((it): Container => ({
    ...empty,
    restartPolicy: "no",
    imageId: it.image ?? "",
    id: `${it.name}`.padEnd(12, "0"),
    ...it,
  }));

const images = {
  image: (reference: string) => Promise.resolve(imageOf(reference)),
  canSetRestartPolicy: () => Promise.resolve(true),
};

const podmanWith = (parts: Trouble["ofPodman"]) => ({
  otherRuntime: {
    name: "podman" as const,
    containers: {
      ...images,
      inventory: () =>
        Promise.resolve({ containers: wholeOnes(parts), volumes: [] }),
    },
  },
});

export function troubledHost(trouble: Trouble) {
  const { clusters, commands = {}, units = [], volumes = {} } = trouble;
  const containers = wholeOnes(trouble.containers);
  const named = Object.entries(volumes).map(([name, labels]) => ({
    name,
    labels,
    path: `${STORE}/${name}/_data`,
    plain: true,
    anonymous: name.length === 64,
  }));
  const shown = new Map(
    units.map((it) => [it.name, { ...sampleUnit(), ...it }]),
  );
  return portsOf({
    files: Object.assign(filesOf(trouble), {
      sizeOf: (path: string) =>
        Promise.resolve(
          clusters[path.replace(/\/base$/, "")]?.bytes ?? 48 * 1024 ** 2,
        ),
      usersOf: (path: string) => Promise.resolve(trouble.users?.[path] ?? []),
    }),
    clusters: {
      look: (path) => Promise.resolve(clusterOf(clusters[path])),
    },
    containers: {
      inspect: (name) =>
        Promise.resolve(
          containers.find((it) => [it.name, it.id].includes(name)),
        ),
      ...images,
      volume: (name) => Promise.resolve(named.find((it) => it.name === name)),
      inventory: () => Promise.resolve({ containers, volumes: named }),
      exec: () =>
        Promise.resolve({
          code: 0,
          stdout: (trouble.sorted ?? []).map((it) => JSON.stringify(it))
            .join("\n"),
          stderr: "",
        }),
    },
    units: {
      show: () => Promise.resolve(shown),
      commands: (unit) => {
        const words = commands[unit];
        return Promise.resolve(words === undefined ? [] : [words]);
      },
    },
    ...podmanWith(trouble.ofPodman),
    host: {
      run: ([program, ...words]) => {
        const isLog = words[0] === "logs" || program === "journalctl";
        const stdout = isLog
          ? trouble.said ?? ""
          : program === "stat"
          ? `${MIDNIGHT + 3600}\n`
          : "";
        return Promise.resolve({ code: 0, stdout, stderr: "" });
      },
    },
  });
}

function clusterOf(lying: Lying | undefined) {
  if (lying === undefined) return undefined;
  const { made = 60, major, server = "", state = "shut down" } = lying;
  return {
    version: `${major}`,
    control: lying.damaged ? undefined : {
      systemIdentifier: `${BigInt(MIDNIGHT + made) << 32n}`,
      state,
      checkpoint: "0/1",
      nextXid: "800",
      written: MIDNIGHT + (lying.written ?? 7200),
      sha256: "0".repeat(64),
    },
    server,
  };
}

/** Every directory on the way is there. */
function filesOf({ clusters, files = {} }: Trouble): MemoryFiles {
  const made = new MemoryFiles();
  const paths = new Map<string, string>(Object.entries(files));
  for (const [path, { relations = 0 }] of Object.entries(clusters)) {
    paths.set(`${path}/PG_VERSION`, "");
    for (let number = 0; number < relations; number++) {
      paths.set(`${path}/base/5/${16384 + number}`, "");
    }
    paths.set(`${path}/base/5/1259`, "");
  }
  for (const [path, text] of paths) {
    const parts = path.split("/");
    for (let length = 2; length < parts.length; length++) {
      made.put(`${parts.slice(0, length).join("/")}/`);
    }
    made.put(path, text);
  }
  return made;
}
