import { assertEquals } from "@std/assert";
import { basename } from "@std/path";
import type { Climb } from "../../specs/climb.ts";
import { type Host, run, sleep, until } from "../../specs/host.ts";
import type { Place } from "./moment.ts";

export type Way = "resume" | "rollback";

/** What happens to a host in the middle of an upgrade. */
export interface Blow {
  /** False where it would be the same as another, or make no sense. */
  fits(place: Place): boolean;
  /** On which disk the volume lies; the host's own root where not said. */
  readonly disk?: "ext4";
  /** How pgladder is called; from the host's own console where not said. */
  readonly over?: "ssh";
  /**
   * Afterwards no pgladder runs any more. Where it is missing, the disks are
   * put back as they were at that place.
   */
  strike?(host: Host, climb: Climb, way: Way): Promise<void>;
  /** What a person does about it before the database can be written again. */
  repair?(host: Host): Promise<void>;
  /** Lines of a footprint that it takes itself, and nobody brings back. */
  readonly takes?: RegExp;
}

const always = () => true;
const done = ({ fact }: Place) => fact.startsWith("step-done");
const lasting = ({ afterMs }: Place) => afterMs > 0;
/** From where on the disk counts: the steps that write a great deal. */
const writing = (place: Place) =>
  lasting(place) || /^step-done (prepare|dump|build|swap)$/.test(place.fact);

export const BLOWS = {
  /** pgladder dies; its jobs live on. */
  "kill -9": {
    fits: always,
    async strike(_, climb) {
      await kill(climb);
    },
  },
  /** All dies at once, and what was not synced is lost. */
  "power cut": { fits: always },
  /** All dies at once, and what was written is there. */
  "host kill": {
    fits: done,
    async strike(host, climb) {
      await host.cutPower();
      await climb.end();
      await host.boot();
    },
  },
  /** The connection is lost: sshd hangs up the terminal. */
  "SSH drop": {
    fits: (place) =>
      lasting(place) || /-done (close|dump|swap|start)$/.test(place.fact),
    over: "ssh",
    async strike(host, climb) {
      await kill(climb);
      await until("pgladder has ended in order", () => nobodyClimbs(host));
    },
  },
  /** The volume's disk is full; for a way back it stays so. */
  "full disk": {
    fits: writing,
    disk: "ext4",
    async strike(host, climb, way) {
      await host.shell(`
        free=$(df --output=avail -B1 /srv/ext4 | tail -n 1)
        fallocate -l "$free" /srv/ext4/filler || true
        dd if=/dev/zero of=/srv/ext4/filler2 bs=4096 2>/dev/null || true`);
      await endOf(climb);
      if (way === "resume") await makeRoom(host);
    },
    repair: makeRoom,
  },
  /** The file system finds itself damaged and takes no more writes. */
  "read-only disk": {
    fits: writing,
    disk: "ext4",
    async strike(host, climb) {
      await failDisk(host.path("/srv/ext4"));
      await endOf(climb);
      const { code, stderr } = await host.pgladder("status", "db");
      assertEquals(code, 0, stderr);
      // The operator boots again: nobody can mount it again while it is in use.
      await cutPower(host);
    },
  },
  /** A tired operator starts everything, by its unit and by hand. */
  "operator starts all": {
    fits: done,
    async strike(host, climb) {
      await kill(climb);
      await host.shell(`
        systemctl start podman-db.service || true
        systemctl start app-app.service || true
        for tag in 15 17; do
          # Beside a server that runs it would be the operator's own fault.
          ! podman container exists db || continue
          podman run --rm --name by-hand -e POSTGRES_PASSWORD=x -d \
            -v /srv/db:/var/lib/postgresql/data \
            docker.io/library/postgres:$tag >/dev/null 2>&1 || true
          sleep 1
          podman rm -f -t 1 -v by-hand >/dev/null 2>&1 || true
        done`);
    },
  },
  /** Somebody needs room and removes all that nothing uses. */
  "operator prunes": {
    fits: ({ fact }) => /^step-done (prepare|close|build|switch)$/.test(fact),
    // Never the images of the service, which its rollback needs.
    takes: /^image \S+:(?!15 |17 )/,
    async strike(host, climb) {
      await kill(climb);
      await host.ok("podman", "system", "prune", "-a", "-f", "--volumes");
    },
  },
  /** A second pgladder, and a third: neither may do anything. */
  "two pgladders": {
    fits: ({ fact }) => /^step-done (prepare|close|dump|build)$/.test(fact),
    async strike(host, climb) {
      await climb.freeze();
      const second = await host.pgladder("resume", "db");
      const third = await host.pgladder("rollback", "db", "--yes");
      await climb.thaw();
      await kill(climb);
      assertEquals([second.code, third.code], [6, 6], second.stderr);
    },
  },
} as const satisfies Record<string, Blow>;

export type BlowName = keyof typeof BLOWS;
export const blowOf = (name: BlowName): Blow => BLOWS[name];

async function cutPower(host: Host) {
  await host.snapshot("cut");
  await host.restore("cut");
}

async function nobodyClimbs(host: Host): Promise<boolean> {
  return (await host.exec("pgrep", "-f", "upgrade db --to")).code === 1;
}

/** It may have come to its end just before. */
async function kill(climb: Climb) {
  await climb.kill().catch(() => {});
  await climb.end();
}

/** What comes of it by itself; whoever waits too long is killed. */
async function endOf(climb: Climb) {
  let over = false;
  const end = climb.end().then(() => over = true);
  const began = Date.now();
  while (!over && Date.now() - began < PATIENCE_MS) await sleep(100);
  if (!over) await kill(climb);
  await end;
}

const PATIENCE_MS = 20_000;

async function makeRoom(host: Host) {
  await host.ok("rm", "-f", "/srv/ext4/filler", "/srv/ext4/filler2");
}

/** By the kernel's own way to try it: ext4 aborts its journal. */
async function failDisk(mounted: string) {
  const must = async (...words: string[]) => {
    const { code, stderr, stdout } = await run(words);
    assertEquals(code, 0, stderr);
    return stdout.trim();
  };
  await must("mount", "-o", "remount,errors=remount-ro", mounted);
  const device = await must("findmnt", "-no", "SOURCE", mounted);
  Deno.writeTextFileSync(
    `/sys/fs/ext4/${basename(device)}/trigger_fs_error`,
    "1",
  );
}
