/**
 * Directories and small files of the host. Every change is durable when it
 * resolves: the thing itself and the directories that name it. What is not
 * there is a value, never an error.
 */
export interface Files {
  /** Of the name itself: a symbolic link is not followed. */
  look(path: string): Promise<FileFacts | undefined>;
  /** Names in a directory, sorted; undefined where there is none. */
  list(path: string): Promise<readonly string[] | undefined>;
  /**
   * Of a plain file and nothing else: a pipe, a device, a file that is too
   * long, or a link that leads to what its maker does not own is an error.
   * Links of root's are followed.
   */
  readText(path: string, reading?: Reading): Promise<string | undefined>;
  /** The same, but undefined where that is an error. */
  readSmall(path: string, mostBytes: number): Promise<string | undefined>;
  /** Replaces the file whole; keeps owner and mode of one that was there. */
  writeText(path: string, text: string, mode?: number): Promise<void>;
  /**
   * New files of a directory, by name. They alone may be gone or empty after a
   * power cut: for what nobody reads again then.
   */
  writeAll(
    directory: string,
    texts: Readonly<Record<string, string>>,
    mode: number,
  ): Promise<void>;
  /** Makes one directory; it is an error if something is there. */
  makeDirectory(path: string, owner?: Owner): Promise<void>;
  /**
   * Gives a directory what another one has beside owner and mode: SELinux's
   * label, POSIX ACLs, other extended attributes, the attributes of chattr(1);
   * or the label alone. The names of what it could not be given.
   */
  makeAlike(
    path: string,
    like: string,
    what?: "all" | "label",
  ): Promise<readonly string[]>;
  /** Owner and mode of a directory that is there; no link is followed. */
  give(path: string, owner: Owner): Promise<void>;
  /** Moves without ever replacing; an error if `to` is there. */
  rename(from: string, to: string): Promise<void>;
  /** Swaps two names in one instant: neither is ever missing. */
  exchange(a: string, b: string): Promise<void>;
  /** Removes a file or a whole directory; nothing there is no error. */
  remove(path: string): Promise<void>;
  /** Everything written to the file system of this path is on the disk. */
  syncFileSystem(path: string): Promise<void>;
  fileSystem(path: string): Promise<FileSystemFacts>;
  /**
   * Processes that hold the directory, wherever they live. Who has the one
   * above it mounted holds it too, unless that is said to be `apart`.
   */
  usersOf(path: string, above?: "apart"): Promise<readonly DirectoryUser[]>;
  /**
   * The files of a directory can be cloned without copying into another one
   * beside it or within it, as a container does it: from one mount into
   * another (tried out).
   */
  canClone(directory: string, where?: "within"): Promise<boolean>;
  /**
   * What a directory has and another one beside it cannot be given, such as an
   * ACL where the file system keeps none (tried out).
   */
  notCarried(directory: string): Promise<readonly string[]>;
  /** Names in this directory can be swapped in one instant (tried out). */
  canExchange(directory: string): Promise<boolean>;
  /** Bytes that a directory takes on the disk. */
  sizeOf(path: string): Promise<number>;
}

/** What `readText` reads where nothing is said: no file of words is longer. */
export const TEXT_MAX = 64 * 1024 * 1024;

export interface Reading {
  /** Bytes; a longer file is an error. */
  readonly most?: number;
  /** Of a longer file its end is wanted, and no error. */
  readonly end?: boolean;
}

export interface FileFacts {
  readonly kind: "file" | "directory" | "link" | "other";
  readonly inode: string;
  /** Counts within one boot only. */
  readonly device: string;
  readonly owner: Owner;
  readonly bytes: number;
  /** Of a link: what it says, which may be relative to its directory. */
  readonly target?: string;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
  /** Permission bits. */
  readonly mode: number;
}

export interface FileSystemFacts {
  readonly type: string;
  /** UUID, or "" where it has none. */
  readonly uuid: string;
  /** The path where it is mounted. */
  readonly mount: string;
  readonly freeBytes: number;
  readonly readOnly: boolean;
}

/**
 * A process that works in a directory (its working directory is there, as
 * that of every PostgreSQL server is in its data directory) or has the
 * directory mounted in a mount namespace of its own, as every container has.
 */
export interface DirectoryUser {
  readonly pid: number;
  /** The process's name, for example "postgres". */
  readonly name: string;
  /** The container's identifier as its control group tells it, or "". */
  readonly container: string;
  /** True for a working directory, false for a mount alone. */
  readonly working: boolean;
}

/**
 * A PostgreSQL server by its process's name, whatever its packagers call it:
 * "postmaster", ".postgres-wrapp", "edb-postgres".
 */
export const isServer = ({ name }: Pick<DirectoryUser, "name">): boolean =>
  /postgres|postmaster/.test(name);
