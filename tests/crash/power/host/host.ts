import type { Ports } from "../../../../lib/port/ports.ts";
import { ClusterFiles } from "../../../../lib/adapter/clusters.ts";
import { checkpoint } from "./cluster.ts";
import { inodeOf } from "./disk.ts";
import { HostFiles } from "./files.ts";
import { scriptOf } from "./job.ts";
import { stepJob } from "./jobs.ts";
import { CONTAINER } from "./places.ts";
import { containersOf } from "./runtime.ts";
import { dataOf, stopServer, writeRow } from "./server.ts";
import type { ContainerState, HostState } from "./state.ts";
import { bootUnits, unitsOf } from "./units.ts";

/**
 * A small database host. Its files, and all that the program under test does
 * to them, are real; its runtime and its systemd are stand-ins that keep the
 * ports' contracts, so that a whole upgrade takes a tenth of a second and its
 * disk can be cut between any two system calls.
 */
export class Host {
  /** Called after every change of the state, to keep it elsewhere. */
  onChange: () => void = () => {};
  /** A signal has asked the program to stop. */
  stopAsked: string | undefined;
  readonly ports: Ports;

  constructor(readonly state: HostState) {
    const stopAsked = () => this.stopAsked;
    this.ports = {
      files: new HostFiles(this),
      containers: containersOf(this),
      units: unitsOf(this),
      clusters: new ClusterFiles(),
      host: {
        now: () => this.now(),
        sleep: () => {
          this.tick();
          // As a real one does, so that nothing starves.
          return Promise.resolve();
        },
        get stopAsked() {
          return stopAsked();
        },
        say: () => {},
        run: () => Promise.resolve({ code: 127, stdout: "", stderr: "" }),
      },
    };
  }

  get bootId(): string {
    return `boot-${this.state.boot}`;
  }

  now() {
    const ms = this.state.time * 1000;
    const at = new Date(Date.UTC(2024, 0, 1) + ms).toISOString();
    return { at, boot: this.bootId, ms };
  }

  newNumber(): number {
    return this.state.next++;
  }

  newSystem(): string {
    // More digits than a number in JSON keeps.
    return String(7412345678901230000n + BigInt(this.newNumber()));
  }

  violated(rule: string, words: string): void {
    this.state.violations.push(`${rule}: ${words}`);
  }

  /** Time passes: jobs go on, and the application writes where it can. */
  tick(): void {
    const { containers } = this.state;
    this.state.time += 1;
    for (const container of containers.filter(({ running }) => running)) {
      if (container.name === CONTAINER) writeRow(this, container);
      else if (scriptOf(container) !== undefined) stepJob(this, container);
    }
    this.onChange();
  }

  /** I2: never two servers on one data directory. */
  requireAlone(data: string, by: ContainerState): void {
    for (const other of this.state.containers) {
      if (other === by || !other.running || !isServer(other)) continue;
      const theirs = dataOf(other);
      if (theirs !== undefined && inodeOf(theirs) === inodeOf(data)) {
        this.violated("I2", `"${by.name}" and "${other.name}" on "${data}"`);
      }
    }
  }

  find(name: string): ContainerState | undefined {
    return this.state.containers.find((it) =>
      it.name === name || it.id === name
    );
  }

  remove(name: string, { gently = false } = {}): void {
    const container = this.find(name);
    if (container === undefined) return;
    if (gently) stopServer(container);
    container.running = false;
    this.state.containers.splice(
      this.state.containers.indexOf(container),
      1,
    );
    this.onChange();
  }

  checkpoint(name: string): void {
    const container = this.find(name);
    const data = container?.running ? dataOf(container) : undefined;
    if (data !== undefined) checkpoint(data);
  }

  /** After the power came back: nothing runs, then what is wanted is started. */
  start(): void {
    this.state.boot += 1;
    // Jobs stay listed, as podman lists what a power cut has killed.
    for (const container of this.state.containers) container.running = false;
    this.state.containers = this.state.containers
      .filter(({ name }) => name !== CONTAINER);
    bootUnits(this);
    this.tick();
  }
}

function isServer(container: ContainerState): boolean {
  const script = scriptOf(container);
  return container.name === CONTAINER ||
    (script !== undefined && script !== "dump_worker");
}
