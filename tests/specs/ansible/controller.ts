import { fromFileUrl } from "@std/path";
import { type Host, type Output, run, text, until } from "../host.ts";

/**
 * The machine that runs Ansible: Debian's own, in a network of its own with
 * the hosts, which it reaches by ssh and in no other way.
 */

const BUILD = fromFileUrl(new URL("./controller.sh", import.meta.url));
const HOST_KEY = "/root/.ssh/id_ed25519";

export class Controller {
  /** The hosts' names in the inventory and their addresses. */
  readonly #addresses = new Map<string, string>();

  private constructor(
    readonly name: string,
    readonly root: string,
    /** The directory of the roll-out, as the controller sees it. */
    readonly home: string,
  ) {}

  /** Builds it where that was not done yet, which takes some minutes once. */
  static async raise(name: string, program: string): Promise<Controller> {
    const cache = Deno.env.get("PGLADDER_RIG_CACHE") ??
      "/var/cache/pgladder-rig";
    const root = (await ok(BUILD, `${cache}/ansible`)).trim();
    await Controller.lower(name);
    const controller = new Controller(name, root, `/root/${name}`);
    const place = `${root}${controller.home}`;
    await ok("rm", "-rf", place);
    await ok("mkdir", "-p", place);
    await ok("cp", program, `${place}/pgladder`);
    await ok("ip", "netns", "add", name);
    await ok("ip", "-n", name, "link", "set", "lo", "up");
    await ok("ip", "-n", name, "link", "add", "hosts", "type", "bridge");
    await ok("ip", "-n", name, "addr", "add", "10.77.0.1/24", "dev", "hosts");
    await ok("ip", "-n", name, "link", "set", "hosts", "up");
    return controller;
  }

  static async lower(name: string): Promise<void> {
    const names = (await ok("ip", "netns", "list")).split("\n")
      .map((line) => line.split(" ")[0]);
    if (names.includes(name)) await ok("ip", "netns", "del", name);
  }

  /** Gives a host that has booted its cable and its address. */
  async plug(host: Host): Promise<void> {
    const list = (await host.rig("list")).stdout;
    const pid = new RegExp(`^${host.name} up (\\d+)$`, "m").exec(list)?.[1];
    if (pid === undefined) throw new Error(`"${host.name}" is not up`);
    const address = this.#addresses.get(host.name) ??
      `10.77.0.${10 + this.#addresses.size}`;
    this.#addresses.set(host.name, address);
    const port = portOf(address);
    await run(["ip", "-n", this.name, "link", "del", port]);
    const peer = ["peer", "name", "cable", "netns", pid];
    const add = ["link", "add", port, "netns", this.name, "type", "veth"];
    await ok("ip", ...add, ...peer);
    await ok("ip", "-n", this.name, "link", "set", port, "master", "hosts");
    await ok("ip", "-n", this.name, "link", "set", port, "up");
    await host.ok("ip", "addr", "add", `${address}/24`, "dev", "cable");
    await host.ok("ip", "link", "set", "cable", "up");
    await until("its sshd answers", () => this.#reaches(address));
  }

  /** One more network, of addresses that hosts have beside their first. */
  async route(address: string): Promise<void> {
    await ok(
      ...["ip", "-n", this.name, "addr", "replace", address],
      "dev",
      "hosts",
    );
  }

  /** Pulls a host's cable, or puts it back. */
  async cable(host: Host, state: "down" | "up"): Promise<void> {
    const port = portOf(this.#addresses.get(host.name) ?? "");
    await ok("ip", "-n", this.name, "link", "set", port, state);
  }

  async #reaches(address: string): Promise<boolean> {
    const ask = `exec 3<>/dev/tcp/${address}/22 && head -c 3 <&3`;
    const words = ["ip", "netns", "exec", this.name, "timeout", "2", "bash"];
    return (await run([...words, "-c", ask])).stdout === "SSH";
  }

  /** Has pgladder write the project, and names these hosts in it. */
  async write(
    hosts: readonly Host[],
    vars: Readonly<Record<string, string>>,
  ): Promise<void> {
    const [first] = hosts;
    if (first === undefined) throw new Error("No host is named");
    await ok("rm", "-rf", `${this.root}${this.home}/rollout`);
    const said = await this.run(
      [`${this.home}/pgladder`, "ansible", `${this.home}/rollout`],
      "/",
    );
    if (said.code !== 0) throw new Error(said.stderr);
    const key = `${this.root}${this.home}/key`;
    await Deno.writeTextFile(key, first.read(HOST_KEY), { mode: 0o600 });
    const addresses = hosts.map(({ name }) =>
      [name, this.#addresses.get(name) ?? ""] as const
    );
    await this.list(new Map(addresses), vars);
  }

  /** Writes the inventory: the hosts' names and their addresses. */
  async list(
    addresses: ReadonlyMap<string, string>,
    vars: Readonly<Record<string, string>>,
  ): Promise<void> {
    const inventory = {
      pgladder: {
        hosts: Object.fromEntries(
          [...addresses].map(([name, it]) => [name, { ansible_host: it }]),
        ),
        vars: {
          ansible_user: "root",
          ansible_ssh_private_key_file: `${this.home}/key`,
          ...vars,
        },
      },
    };
    // JSON is YAML as well.
    await Deno.writeTextFile(
      `${this.root}${this.home}/rollout/inventory.yml`,
      JSON.stringify(inventory),
    );
  }

  /** A playbook to its end. */
  play(...words: string[]): Promise<Output> {
    return this.begin(...words).output;
  }

  /** A playbook at work; its end is also that of all it has started. */
  begin(...words: string[]): Play {
    return this.start(["ansible-playbook", ...words], `${this.home}/rollout`);
  }

  run(words: readonly string[], directory: string): Promise<Output> {
    return this.start(words, directory).output;
  }

  start(words: readonly string[], directory: string): Play {
    return new Play(this.#words(words, directory));
  }

  /** In a namespace of processes, so that its end leaves nobody behind. */
  #words(words: readonly string[], directory: string): string[] {
    return [
      ...["ip", "netns", "exec", this.name],
      ...["unshare", "-mpf", "--kill-child"],
      ...["bash", "-ceu", 'mount -t proc proc "$1/proc"; exec "${@:2}"', "sh"],
      ...[this.root, "chroot", this.root, "env", "-i", "-C", directory],
      ...["HOME=/root", "LC_ALL=C.UTF-8", "PATH=/usr/sbin:/usr/bin"],
      ...["ANSIBLE_HOST_KEY_CHECKING=false", "ANSIBLE_SSH_RETRIES=1"],
      ...words,
    ];
  }
}

/** One life of ansible-playbook. */
export class Play {
  readonly #process: Deno.ChildProcess;
  readonly output: Promise<Output>;

  constructor(words: readonly string[]) {
    const [command = "", ...args] = words;
    this.#process = new Deno.Command(command, {
      args,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.output = this.#process.output().then(({ code, stderr, stdout }) => ({
      code,
      stdout: text(stdout),
      stderr: text(stderr),
    }));
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The controller dies at once, and every connection with it. */
  async kill(): Promise<Output> {
    this.#process.kill("SIGKILL");
    return await this.output;
  }
}

const portOf = (address: string) => `host${address.split(".").at(-1)}`;

async function ok(...words: string[]): Promise<string> {
  const { code, stderr, stdout } = await run(words);
  if (code !== 0) throw new Error(`'${words.join(" ")}': ${stderr}`);
  return stdout;
}
