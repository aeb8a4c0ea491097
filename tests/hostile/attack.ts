import { assertEquals } from "@std/assert";
import { Host } from "../specs/host.ts";
import { CANARY, SECRET } from "./plantings.ts";

/**
 * One attack: a database of 15 in which somebody has planted something, and a
 * whole upgrade to 17 on a host. Whatever is planted, pgladder ends with a
 * sentence and within its time, root runs nothing of it, what root alone may
 * read shows nowhere, and nothing outside of the volume's parent changes.
 */

const VOLUME = "/srv/p/db";
const UNIT = "podman-db.service";
/** How long an upgrade of next to nothing may take on a busy machine. */
const SECONDS = 300;
/** What pgladder itself may take of memory, and a run of disk, in MiB. */
const MEMORY = 1024;
const DISK = 3000;
/** A plan refuses it, it stops midway in words, or it waits for the operator. */
const ENDS = [3, 4, 5];

export type Method = "dump" | "pg_upgrade";

export class Attacks {
  /** For who reads the run: how each attack ended. */
  readonly ends: string[] = [];

  private constructor(readonly host: Host) {}

  /** A host, a database of 15 as its unit has it, and a copy of that to come back to. */
  static async begin(name = "specs-hostile"): Promise<Attacks> {
    const host = await Host.raise(name);
    await host.shell(`echo ${SECRET} >${CANARY}; chmod 600 ${CANARY}`);
    await host.rig("db", name, "db", "--tag", "15", "--dir", VOLUME);
    await host.shell(
      `systemctl stop ${UNIT}; cp -a /srv/p /srv/template; systemctl start ${UNIT}`,
    );
    return new Attacks(host);
  }

  end(): Promise<void> {
    return Host.lower(this.host.name);
  }

  /** The host of a test that was interrupted, as it stands. */
  static async again(name: string): Promise<Attacks> {
    return new Attacks(await Host.again(name));
  }

  /** What the server's user in its container runs, with PGDATA as the host has it. */
  async asOwner(script: string) {
    const { code, stderr } = await this.host.exec(
      ...["setpriv", "--reuid=999", "--regid=999", "--clear-groups", "env"],
      ...[`PGDATA=${VOLUME}`, "bash", "-c", script],
    );
    assertEquals(code, 0, stderr);
  }

  async asSuperuser(sql: string) {
    const { code, stderr } = await this.host.exec(
      ...["podman", "exec", "db", "psql", "-XqU", "postgres"],
      ...["-v", "ON_ERROR_STOP=1", "-c", sql],
    );
    assertEquals(code, 0, stderr);
  }

  /**
   * Plants, upgrades, looks at everything, and makes all as it was.
   *
   * @param restore takes back what stands instead of the server's own files, so that a rollback finds them
   */
  async attack(
    name: string,
    method: Method,
    plant: () => Promise<void>,
    restore: () => Promise<void> = () => Promise.resolve(),
  ) {
    await this.#fresh();
    await plant();
    const before = await this.#outside();
    const watching = this.host.exec("bash", "-c", WATCH, "watch");
    const faults: string[] = [];
    try {
      await this.#climb(name, method, faults);
    } finally {
      await this.host.shell("touch /run/enough");
    }
    const { stdout: seen } = await watching;
    faults.push(...seen.split("\n").filter(Boolean));
    faults.push(...await this.#leaks(), ...await this.#flood());
    await restore();
    await this.host.exec("pgladder", "rollback", "db", "--yes");
    const after = await this.#outside();
    for (const line of before.symmetricDifference(after)) {
      faults.push(`outside: ${before.has(line) ? "gone" : "new"}: ${line}`);
    }
    assertEquals(faults, [], name);
  }

  async #climb(name: string, method: Method, faults: string[]) {
    const began = Date.now();
    const { code, stderr, stdout } = await this.host.exec(
      ...["timeout", "-k", "5", `${SECONDS}`, "pgladder", "upgrade", "db"],
      ...["--to", "17", "--switch", "manual", "--yes", "--method", method],
    );
    const seconds = (Date.now() - began) / 1000;
    const said = stdout + stderr;
    const sentence = /^pgladder: .*$/m.exec(stderr)?.[0] ??
      /^ *refuse.*$/mi.exec(said)?.[0] ?? "";
    this.ends.push(
      `${name}, ${method}: ${code} in ${seconds.toFixed(0)} s ${
        JSON.stringify(sentence.slice(0, 160))
      }`,
    );
    if (seconds >= SECONDS) faults.push(`It takes for ever: ${said}`);
    if (!ENDS.includes(code)) faults.push(`It ends with ${code}: ${said}`);
    faults.push(...unfit("the upgrade", said));
    for (
      const words of [
        ["report", "db", "--output", "/srv/p/report.html"],
        ["bundle", "db", "--output", "/srv/p/bundle.tar.gz"],
        ["status", "db"],
      ]
    ) {
      const { stderr, stdout } = await this.host.exec("pgladder", ...words);
      faults.push(...unfit(words.join(" "), stdout + stderr));
    }
  }

  /** As the template has it, and served. */
  async #fresh() {
    await this.host.shell(`
      rm -f /run/enough; touch /run/enough
      systemctl stop ${UNIT} || true
      systemctl reset-failed ${UNIT} || true
      podman ps -aq --filter label=pgladder.run | xargs -r podman rm -fv >/dev/null
      find /etc/systemd/system.control /run/systemd/system.control -name '*pgladder*' -delete 2>/dev/null || true
      rmdir /etc/systemd/system.control/*.d 2>/dev/null || true
      systemctl daemon-reload
      rm -rf /srv/p /var/lib/pgladder/runs /tmp/ran; cp -a --reflink=auto /srv/template /srv/p
      systemctl start ${UNIT}
      for turn in {1..200}; do podman exec db pg_isready -qh /var/run/postgresql && break; sleep 0.1; done
      rm -f /run/enough`);
  }

  /** All that no upgrade of one volume has to change, but for what a service notes of itself. */
  async #outside(): Promise<ReadonlySet<string>> {
    const found = await this.host.shell(OUTSIDE);
    return new Set(found.split("\n").filter(Boolean));
  }

  /** What root alone may read, in all that stays or leaves. */
  async #leaks(): Promise<string[]> {
    const found = await this.host.shell(`
      mkdir -p /srv/p/opened; tar -C /srv/p/opened -xf /srv/p/bundle.tar.gz 2>/dev/null || true
      find /srv/p /var/lib/pgladder -xdev ! -path '${VOLUME}/*' -type f -size -64M -exec grep -alsF ${SECRET} {} + || true
      journalctl --no-pager -q --since -10min | grep -acF ${SECRET} || true`);
    return found.split("\n").filter((line) => line !== "" && line !== "0")
      .map((line) => `the canary is in ${line}`);
  }

  async #flood(): Promise<string[]> {
    const found = await this.host.shell("du -sm /srv/p | cut -f1");
    return Number(found) < DISK ? [] : [`${found.trim()} MiB on the disk`];
  }
}

/** What no output may hold. */
function unfit(of: string, said: string): string[] {
  const faults: string[] = [];
  if (said.includes(SECRET)) faults.push(`${of} shows the canary`);
  // deno-lint-ignore no-control-regex
  const control = /[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]/.exec(said);
  if (control) {
    const around = said.slice(Math.max(0, control.index - 60)).slice(0, 120);
    faults.push(`${of} says to the terminal: ${JSON.stringify(around)}`);
  }
  if (/^\s+at .*\.ts:\d+/m.test(said) || /report this/i.test(said)) {
    faults.push(`${of} has no sentence: ${said}`);
  }
  if (said.trim() === "") faults.push(`${of} says nothing`);
  return faults;
}

/**
 * A container's files and a job's directory are gone soon, so it is looked for
 * while the upgrade is at work: a file of that name, wherever a job, the host
 * or the live server could have put it; the canary among a process's words; and
 * how much memory pgladder takes.
 */
const WATCH = `
  most=0
  until [[ -e /run/enough ]]; do
    find /srv/p /tmp /root -maxdepth 5 \\( -path '*/base' -o -path '*/root/canary' \\) -prune -o -name ran -printf 'it has run: %p\\n'
    for process in /proc/[0-9]*; do
      [[ $(<"$process/comm") == pgladder ]] || continue
      while read -r name size _; do [[ $name != VmHWM: ]] || ((size <= most)) || most=$size; done <"$process/status"
      ! tr '\\0' ' ' <"$process/cmdline" | grep -qF ${SECRET} || echo "the canary is in a process's words"
    done
    sleep 0.5
  done 2>/dev/null | sort -u
  podman exec db find /tmp -name ran -printf 'it has run: %p in the container\\n' 2>/dev/null || true
  ((most < ${MEMORY} * 1024)) || echo "pgladder takes $((most / 1024)) MiB"`;

/** Times of directories in which a start block comes and goes, and what a host writes by itself, aside. */
const OUTSIDE = `
  find /etc /root /usr /opt /home /boot /srv /var/lib -xdev \\( -path /srv/p -o -path /srv/template \\
    -o -path '/var/lib/containers' -o -path '/var/lib/docker' -o -path '/var/lib/pgladder' -o -path '/var/lib/systemd' \\
    -o -path '/var/lib/cni' -o -path '/var/lib/dbus' -o -path /var/lib/private \\) -prune -o ! -type d -printf '%p %y %m %U %G %s %T@ %l\\n' \\
    -o -type d ! -name system.control ! -path /etc/systemd ! -path /srv ! -path /var/lib ! -path /root -printf '%p %y %m %U %G\\n' | sort`;

/** What no upgrade may do is done beside one that is refused, else nothing would be proved; what was told of it. */
export async function toldOfHarm(attacks: Attacks): Promise<string> {
  const { host } = attacks;
  let told = "";
  await attacks.attack("harm of our own", "dump", async () => {
    await attacks.asSuperuser(
      "SET allow_system_table_mods = on; CREATE TABLE pg_catalog.mine (a int)",
    );
    await host.shell(`
      touch /srv/p/ran; cp ${CANARY} /srv/p/leak
      systemd-run -q --on-active=1 touch /etc/planted /root/planted`);
  }).catch((error) => told = String(error.message));
  await host.shell("rm -f /etc/planted /root/planted");
  return told;
}
