import { loadWorld, type Saved, saveWorld } from "../fake/save.ts";
import { worldOf } from "../fake/scenario_world.ts";
import { countEveryCall } from "../fake/syscalls.ts";
import { DEADLY, type Manner } from "../fake/trouble.ts";
import type { World } from "../fake/world.ts";
import type { Baseline } from "./baseline.ts";
import { hasBegun, isLost, judge, nextWords, type Phase } from "./drive.ts";
import { Eyes } from "./eyes.ts";
import { type Ending, live } from "./life.ts";
import { excusedBy, EXCUSES } from "./excuses.ts";
import { MOVES, type Repair } from "./moves.ts";
import { compare, normal } from "./snapshot.ts";
import { askStatus } from "./status.ts";
import { scenarioOf, type Story } from "./story.ts";

/** More lives than any trouble in these tests can cost. */
const LIVES_MAX = 16;

/** A host at the moment when the process died, in the middle of a story. */
export interface Death {
  readonly tick: number;
  readonly manner: Manner;
  readonly saved: Saved;
  readonly life: number;
  readonly phase: Phase;
  readonly repairs: readonly Repair[];
}

const BESIDE = /^\/srv\/(db|db\.bak|volume-db\.bak|volumes\/db|elsewhere)\//;

/** No process that has not taken the lock ends so. */
const ACTED: readonly (number | undefined)[] = [0, 4, 5, 8];

const ORDER = /, sorted by \S+/;
const DIED: Ending = { code: undefined, words: "", printed: "" };

/** Tells a story from its beginning, or from a death in it, to its end. */
export class Teller {
  readonly world: World;
  readonly #eyes: Eyes;
  readonly #inode: number;
  #life = 0;
  #phase: Phase = "up";
  #repairs: Repair[] = [];
  #log: string[] = [];
  #declined = false;
  #lost = false;
  /** It stopped midway once. */
  halts = false;

  constructor(readonly story: Story, trace?: string[]) {
    this.world = worldOf(scenarioOf(story));
    this.#inode = oldInode(this.world);
    this.world.troubles = story.troubles;
    this.world.blind = new Set(story.blind);
    this.world.pace = story.pace ?? 1;
    this.world.sick = story.sick;
    this.world.trace = trace;
    this.#eyes = new Eyes(this.world);
    countEveryCall(story.fine ?? false);
  }

  /** Goes on where another story's process died. */
  goOnAfter(death: Death) {
    loadWorld(this.world, death.saved);
    this.#life = death.life;
    this.#phase = death.phase;
    this.#repairs = [...death.repairs];
    this.world.troubled = true;
    this.#between(DIED);
  }

  /** To the end of the story; then nothing is left standing in the way. */
  async tell() {
    while (await this.#live());
    for (const repair of this.#repairs.splice(0)) repair(this.world, true);
    this.world.pass(12);
  }

  /** What is wrong, if it did not end as it should have. */
  verdict(baseline: Baseline): readonly string[] {
    const { violations } = this.world;
    if (violations.length > 0) return violations;
    const wanted = this.#phase === "down"
      ? baseline.first
      : this.#phase === "commit"
      ? baseline.committed
      : baseline.top;
    const { moves } = this.story;
    const scenario = scenarioOf(this.story);
    const order = this.#isSorted() ? ORDER : "";
    const excused = moves.flatMap((move) => excusedBy(move, scenario));
    compare(
      this.world,
      this.end().replace(order, ""),
      wanted.replace(order, ""),
      (line) => !excused.some((lines) => lines.test(line)),
    );
    return violations;
  }

  /** Where the directories lie that hold rows. */
  #data(): string {
    return this.end().split("\n").filter((line) => BESIDE.test(line))
      .map((line) => line.replace(/: cluster .*/, "")).join("\n");
  }

  /** The host in words. */
  end(): string {
    return normal(this.world, this.#inode);
  }

  /** Saves the host at each way to die in the life that comes next. */
  async deaths(): Promise<Death[]> {
    const found: Death[] = [];
    const life = this.#life;
    const keep = (tick: number, manner: Manner, saved: Saved) =>
      found.push({
        tick,
        manner,
        saved,
        life,
        phase: this.#phase,
        repairs: [...this.#repairs],
      });
    this.world.capture = {
      before: (change, tick) => {
        const saved = saveWorld(this.world);
        keep(tick, "before", saved);
        if (change.half === undefined) return;
        change.half();
        this.#eyes.look();
        keep(tick, "half", saveWorld(this.world));
        loadWorld(this.world, saved);
        this.world.revive();
      },
      after: (_change, tick) => keep(tick, "after", saveWorld(this.world)),
    };
    await this.#live();
    this.world.capture = undefined;
    return found;
  }

  /** Tells the lives before one; false: it came to its end. */
  async tellUntil(life: number): Promise<boolean> {
    while (this.#life < life) if (!await this.#live()) return false;
    return true;
  }

  /** One life; false where nothing more is to be done. */
  async #live(): Promise<boolean> {
    const { story, world } = this;
    if (world.violations.length > 0) return false;
    if (this.#life === LIVES_MAX - 6 && this.#mayGiveUp()) {
      this.#phase = "down";
    }
    if (this.#life >= LIVES_MAX) {
      const last = this.#log.slice(-3).join(" // ");
      world.violated("I4", `it does not come to an end: ${last}`);
      return false;
    }
    const turn = story.turn;
    if (this.#phase === "up" && turn !== undefined && this.#life >= turn) {
      this.#phase = "down";
    }
    this.#eyes.consent = this.#phase === "down";
    const typed = nextWords(
      world,
      scenarioOf(story),
      this.#phase,
      this.#life,
    );
    if (typed === undefined) return false;
    // Whose name leads nowhere is found by its volume.
    const words = this.#lost ? [...typed, "--volume", world.volume] : typed;
    if (story.status) await askStatus(world, story.moves);
    const before = this.#repairs.length > 0 ? this.#data() : undefined;
    const { lockedElsewhere: locked, ticks } = world;
    const ending = await live(
      world,
      words,
      this.#phase === "declines" ? "no" : undefined,
    );
    this.#lost ||= isLost(ending);
    this.halts ||= ending.code === 4;
    this.#log.push(`${words[0]}: ${ending.code ?? "died"} ${ending.words}`);
    if (locked && ACTED.includes(ending.code)) {
      world.violated("I4", "went on where another pgladder is at work");
    }
    if (ending.code === 0) return this.#arrived(ending);
    if (this.#phase === "declines") this.#phase = "up";
    if (ending.code === 8 && before !== undefined && before !== this.#data()) {
      world.violated("I4", `refused, and touched: ${ending.words}`);
    }
    if (ending.code === 4 && this.#isBelieved()) {
      world.violated("I4", `took another's result: ${ending.words}`);
    }
    if ((ending.code === 6 || ending.code === 7) && world.ticks !== ticks) {
      world.violated(
        "I4",
        `not its to go on with, and touched: ${ending.words}`,
      );
    }
    if (ending.code === 4 && this.#mustGoBack()) {
      world.violated("I4", `kept from going back: ${ending.words}`);
    }
    // Nobody is there to agree: that is said each time.
    const refused = this.#declined && ending.code === 3;
    if (!refused && judge(world, ending)) this.#repair(ending);
    this.#between(ending);
    return true;
  }

  /** What was found in no order was rebuilt, and stays so on the way back. */
  #isSorted(): boolean {
    return this.#phase === "down" && scenarioOf(this.story).from === 17.8;
  }

  /**
   * Nothing but deaths, and an obstacle that must not keep from going back; but
   * a rebuild needs room.
   */
  #mustGoBack(): boolean {
    return this.#phase === "down" && this.#repairs.length === 1 &&
      (this.world.obstacle?.mayGoBack ?? false) &&
      scenarioOf(this.story).order === undefined &&
      this.story.sick === undefined &&
      this.story.troubles.every(({ manner }) => DEADLY.includes(manner));
  }

  /** Nothing is wrong but a result that no job of this attempt has written. */
  #isBelieved(): boolean {
    const { moves, sick, troubles } = this.story;
    return moves[this.#life - 1] === "a result of another attempt" &&
      troubles.length === 1 && this.#life === 1 && sick === undefined;
  }

  #decline() {
    const { from, to } = scenarioOf(this.story);
    this.#declined = true;
    // On the way back from a minor version there is nothing to be asked.
    this.#phase = Math.floor(to) === Math.floor(from) ? "down" : "declines";
  }

  /** The world has taken what the way up needs. */
  #mayGiveUp(): boolean {
    return this.#phase === "up" &&
      this.story.moves.some((move) => EXCUSES[move]?.mayGiveUp);
  }

  /** At an end: is it the story's? */
  #arrived(ending: Ending): boolean {
    const { story } = this;
    if (this.#phase !== "up") return false;
    if (story.turn !== undefined) this.#phase = "down";
    else if (story.commit) this.#phase = "commit";
    else if (story.declines && !this.#declined) this.#decline();
    else return false;
    this.#between(ending);
    return true;
  }

  /** What the world does before the next life. */
  #between(ending: Ending) {
    const name = this.story.moves[this.#life++];
    if (name === undefined) return;
    this.world.trace?.push(`=== ${name} (after ${ending.code ?? "death"})`);
    const repair = MOVES[name]?.(this.world);
    // Before a run has begun, its plan may be refused for anything.
    if (!hasBegun(this.world)) this.world.troubled = true;
    if (repair === undefined) return;
    this.#repairs.push(repair);
    // A refusal of what somebody has put in the way is right.
    this.world.troubled = true;
  }

  /** A person takes away what the run was refused for, or waits a little. */
  #repair({ code, words }: Ending) {
    const { world } = this;
    if (code === 8 && this.#repairs.length === 0) {
      world.violated("I4", `foreign, though nobody was there: ${words}`);
    }
    if (this.#repairs.length > 0) world.trace?.push("=== repaired");
    for (const repair of this.#repairs.splice(0)) repair(world, false);
    if (code === 3) world.pass(12);
    world.troubled = false;
  }
}

/** Where the directory stays it is its `PG_VERSION` that moves. */
function oldInode({ disk, volume }: World): number {
  const path = disk.mountPoint === volume ? `${volume}/PG_VERSION` : volume;
  return disk.at(path)?.inode ?? 0;
}
