import type { Unit } from "../../lib/port/units.ts";
import { sampleUnit } from "./found.ts";

/** A service that runs and can be blocked and stopped; what was done is kept, in order. */
export class SampleUnit {
  readonly moves: string[] = [];
  #block: Unit["block"] = "free";
  #active: Unit["active"] = "active";

  constructor(readonly name: string) {}

  /** Its container is gone as it stops. */
  readonly ports = {
    units: {
      show: () => Promise.resolve(new Map([[this.name, this.#shown()]])),
      blockStart: () => {
        this.#block = "blocked";
        return this.#did("block");
      },
      stop: () => {
        this.#active = "inactive";
        return this.#did("stop");
      },
      resetFailed: () => Promise.resolve(),
    },
    containers: { inspect: () => Promise.resolve(undefined) },
  };

  #did(move: string): Promise<void> {
    this.moves.push(move);
    return Promise.resolve();
  }

  #shown(): Unit {
    return sampleUnit({
      name: this.name,
      active: this.#active,
      block: this.#block,
    });
  }
}
