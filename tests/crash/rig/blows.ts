import type { Climb } from "../../specs/climb.ts";
import { type Host, sleep } from "../../specs/host.ts";

/** What happens to a host in the midst of an upgrade. */
interface Blow {
  /** False where it would be the same as another, or make no sense. */
  fits(fact: string): boolean;
  strike(host: Host, climb: Climb): Promise<void>;
}

const always = () => true;
const done = (fact: string) => fact.startsWith("step-done");

export const BLOWS = {
  /** pgladder dies; its jobs live on. */
  "kill -9": {
    fits: always,
    async strike(_, climb) {
      await climb.kill();
    },
  },
  /** All dies at once, and what was not synced is lost. */
  "power cut": {
    fits: always,
    async strike(host, climb) {
      await host.snapshot("cut");
      await host.restore("cut");
      await climb.end();
    },
  },
  /** An orderly stop: HUP, as a lost connection sends it. */
  "hang-up": {
    fits: done,
    async strike(_, climb) {
      await climb.kill("SIGHUP");
    },
  },
  /** The disk is full, and pgladder is killed; then there is room again. */
  "full disk": {
    fits: done,
    async strike(host, climb) {
      await host.shell(`
        free=$(df --output=avail -B1 / | tail -n 1)
        fallocate -l $((free - 65536)) /filler || true
        dd if=/dev/urandom of=/filler2 bs=4096 2>/dev/null || true`);
      await sleep(1000);
      await climb.kill().catch(() => {});
      await host.ok("rm", "-f", "/filler", "/filler2");
    },
  },
  /** A tired operator starts everything that was stopped. */
  "operator starts all": {
    fits: done,
    async strike(host, climb) {
      await climb.kill();
      await host.shell(`
        systemctl start podman-db.service || true
        systemctl start app-app.service || true
        podman run --rm --name by-hand -e POSTGRES_PASSWORD=x -d \
          -v /srv/db:/var/lib/postgresql/data docker.io/library/postgres:15 \
          >/dev/null 2>&1 || true
        sleep 2
        podman rm -f -t 1 -v by-hand >/dev/null 2>&1 || true`);
    },
  },
} as const satisfies Record<string, Blow>;

export type BlowName = keyof typeof BLOWS;
