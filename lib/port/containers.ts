/** Podman or docker. What is not there is a value, never an error. */
export interface Containers {
  inspect(name: string): Promise<Container | undefined>;
  image(reference: string): Promise<ImageFacts | undefined>;
  /** A container and an image at once, for somebody who waits. */
  inspectBoth(name: string, reference: string): Promise<Inspected>;
  /** @throws {PortError} the registry has none, or cannot be reached */
  pull(reference: string): Promise<void>;
  tag(id: string, reference: string): Promise<void>;
  /** Takes the name off the image; a name that is not there is no error. */
  untag(reference: string): Promise<void>;
  /** Starts a container that lives on without pgladder, and returns at once. */
  run(job: ContainerJob): Promise<void>;
  /** Kills it first if it runs; takes its anonymous volumes along. */
  remove(name: string): Promise<void>;
  /** Starts one that is there; one that runs is no error. */
  start(name: string): Promise<void>;
  /**
   * Asks it to end, and kills it after so many seconds, or after its own grace
   * period; none there is no error.
   */
  stop(name: string, seconds?: number): Promise<void>;
  /** Podman can change a restart policy from 5.1 on. */
  canSetRestartPolicy(): Promise<boolean>;
  /** "no", "always", "unless-stopped" or "on-failure:5", from now on. */
  setRestartPolicy(name: string, policy: string): Promise<void>;
  /**
   * Names of all containers, running or not, that carry the label with that
   * value, or with any.
   */
  named(label: string, value?: string): Promise<readonly string[]>;
  /** Names of the containers that run. */
  running(): Promise<readonly string[]>;
  /**
   * Copies an image's root into an empty directory, by a container of this name
   * that is made for it and never started.
   */
  unpack(image: string, directory: string, name: string): Promise<void>;
  /** A short command in a running container; never for long work. */
  exec(
    name: string,
    command: readonly string[],
    how?: ExecHow,
  ): Promise<Output>;
  /** A volume by its name. */
  volume(name: string): Promise<VolumeFacts | undefined>;
  /** All that the runtime has, whether it runs or not. */
  inventory(): Promise<Inventory>;
  /**
   * Makes a container of this name and image that keeps a named volume from
   * every prune while it is there, over a reboot too.
   */
  pinVolume(pin: VolumePin): Promise<void>;
  isVolumePinned(pin: VolumePin): Promise<boolean>;
  /** Removes what `keepVolume` made; nothing there is no error. */
  unpinVolume(name: string): Promise<void>;
  /**
   * A short command in a throw-away container without network, as a user that
   * the image knows; root where none is named.
   */
  probe(
    image: string,
    command: readonly string[],
    user?: string,
  ): Promise<Output>;
}

export interface ExecHow {
  /** It may take hours; what depends on it can be done again. */
  readonly longRunning?: boolean;
  /** After this it is not waited for any longer: exit code 124. */
  readonly timeoutMs?: number;
  /** Of all its output; whoever prints more is given up: exit code 137. */
  readonly mostBytes?: number;
}

export interface Inspected {
  readonly container: Container | undefined;
  readonly image: ImageFacts | undefined;
}

export interface Container {
  readonly name: string;
  readonly id: string;
  /** As it was asked for when the container was made. */
  readonly image: string;
  readonly imageId: string;
  /** By its process, not by the runtime's word alone. */
  readonly running: boolean;
  /** The runtime's own word: "exited", "restarting", "created", "paused" … */
  readonly status?: string;
  /** Of its first process; 0 where none runs. */
  readonly pid: number;
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  /** As it was asked for, or as its image says; root where neither does. */
  readonly user?: string;
  /** "no", "always", "unless-stopped" or "on-failure:5". */
  readonly restartPolicy: string;
  /** It is gone once it stops (`--rm`). */
  readonly autoRemove?: boolean;
  readonly pod: string;
  /** It holds its pod's namespaces, and does nothing else. */
  readonly infra?: boolean;
  /** In the networks that it is in. */
  readonly addresses?: readonly string[];
  /** Identifiers of the containers that must run before this one (podman). */
  readonly dependencies?: readonly string[];
  /** Identifiers of those whose network, processes or memory it is in. */
  readonly shares?: readonly string[];
  /** By its own health check; "" where it has none. */
  readonly health?: "" | "starting" | "healthy" | "unhealthy";
  /** Of its last end. */
  readonly exitCode?: number;
  /** How often the runtime has started it again by itself. */
  readonly restarts?: number;
}

export interface Mount {
  readonly kind: "bind" | "volume" | "tmpfs" | "other";
  /** The named volume's name, or "". */
  readonly name: string;
  /** On the host. */
  readonly source: string;
  /** In the container. */
  readonly mountPath: string;
}

export interface ImageFacts {
  /** Without "sha256:". */
  readonly id: string;
  /** The registry's digest ("sha256:…"), or "". */
  readonly digest: string;
  readonly env: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  /** What it starts where nobody says otherwise. */
  readonly command?: readonly string[];
  /** Whom it runs as where nobody says otherwise; root where it says nobody. */
  readonly user?: string;
}

export interface VolumeFacts {
  /** The directory of the host that holds its files. */
  readonly path: string;
  /** A directory that the runtime made, and not what a driver mounts there. */
  readonly plain: boolean;
  /** It goes with its container. */
  readonly anonymous: boolean;
  /** The directory of the host that its options have bound there. */
  readonly device?: string;
}

export interface Inventory {
  readonly containers: readonly Container[];
  readonly volumes: readonly NamedVolumeFacts[];
}

export interface NamedVolumeFacts extends VolumeFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface VolumePin {
  /** Of the container. */
  readonly name: string;
  readonly volume: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ContainerJob {
  /** Chosen beforehand and journaled: it outlives the process that began it. */
  readonly name: string;
  readonly image: string;
  /** The program in the container that takes the entrypoint's place. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly JobMount[];
  readonly labels: Readonly<Record<string, string>>;
  /** A file on the host that receives the container's identifier. */
  readonly idFile?: string;
  /** "UID:GID", or a name of the image's; root where it is absent. */
  readonly user?: string;
  /** What root may do in it, as `--cap-add` calls it; all else is taken away. */
  readonly capabilities?: readonly string[];
  /** A running container whose network it shares; else it has none at all. */
  readonly network?: Pick<Container, "id" | "pid">;
  /** All else goes first; MiB of memory that it may take at most. */
  readonly lowPriority?: { readonly memoryMb: number };
}

export interface JobMount {
  /** A directory of the host, or of the kind "image" an image's name. */
  readonly source: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  /** The root of an image, to be read only. */
  readonly kind?: "image";
}

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
