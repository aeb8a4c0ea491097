import type { Plan, Switch } from "../../journal/plan.ts";
import { EMPTY } from "../../journal/fold.ts";
import { findPlace } from "../../lib/configuration/find.ts";
import type { Unit, UnitJob } from "../../lib/port/units.ts";
import { wouldRun } from "../../lib/configuration/would_run.ts";
import { switcherFor } from "../../lib/upgrade/switch/choose.ts";
import type { Switcher } from "../../lib/upgrade/switch/switcher.ts";
import { MemoryFiles } from "./files.ts";
import { samplePlan } from "./plan.ts";
import { portsOf, QuietHost } from "./ports.ts";
import { type Context, plannedRun } from "../../lib/run/context.ts";

/** The process died in the middle of it. */
export class Killed extends Error {}

/** A host whose database is configured in one of the ways that there are. */
export interface Kind {
  readonly files: Readonly<Record<string, string>>;
  /** What its unit would run by these files, as systemd loads it. */
  readonly commands: (
    texts: Readonly<Record<string, string>>,
    host: { tag: string },
  ) => readonly string[];
  /** The file that a generator makes the unit of. */
  readonly source?: string;
  /** Read again at each start; else only when systemd reloads. */
  readonly live?: true;
  /** The switch, once its files were looked at. */
  readonly switch: Switch["kind"];
  /** What the operator's program or hand does to the files. */
  readonly byHand?: (text: string, from: string, to: string) => string;
}

const STATE = "/srv/pleroma-db.pgladder";
const UNIT = {
  active: "inactive",
  loaded: true,
  fragment: "/etc/systemd/system/podman-pleroma-db.service",
  source: "/etc/containers/systemd/podman-pleroma-db.container",
  dropIns: [],
} as unknown as Unit;

export class SwitchHost {
  readonly files: MemoryFiles;
  readonly plan: Plan;
  readonly said: string[];
  readonly jobs: UnitJob[] = [];
  /** It dies before the change of that number. */
  killAt = Infinity;
  changes = 0;
  #switcher: Switcher | undefined;
  #loaded: readonly string[] = [];
  /** The image that the old name stands for here. */
  readonly #names = new Map<string, string>();
  readonly #host = new QuietHost();

  constructor(readonly kind: Kind, plan: Plan = samplePlan()) {
    this.files = new MemoryFiles(kind.files);
    this.files.put(`${STATE}/job/`);
    for (const path of Object.keys(kind.files)) {
      const parts = path.split("/");
      parts.slice(1, -1).forEach((_, at) => {
        this.files.put(`${parts.slice(0, at + 2).join("/")}/`);
      });
    }
    this.plan = plan;
    this.said = this.#host.said;
    this.#names.set(plan.from.reference, plan.from.id);
    if (plan.to.reference !== plan.from.reference) {
      this.#names.set(plan.to.reference, plan.to.id);
    }
    this.#load();
  }

  /** Finds the place, and with it the switch. */
  static async of(kind: Kind, plan = samplePlan()): Promise<SwitchHost> {
    const host = new SwitchHost(kind, plan);
    host.#switcher = switcherFor(
      plannedRun({ ...plan, switch: await host.#choose() }),
    );
    return host;
  }

  get switcher(): Switcher {
    if (this.#switcher === undefined) throw new Error("not chosen yet");
    return this.#switcher;
  }

  /** Without what is kept beside the journal. */
  get configuration(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.files.texts)
        .filter(([path]) => !path.startsWith(STATE)),
    );
  }

  get context(): Context {
    const change = <T extends unknown[], R>(deed: (...given: T) => R) =>
    (
      ...given: T
    ): R => {
      this.changes += 1;
      if (this.changes >= this.killAt) throw new Killed();
      return deed(...given);
    };
    const { files } = this;
    return {
      ...plannedRun(this.plan),
      state: EMPTY,
      ports: portsOf({
        files: {
          look: (path) => files.look(path),
          list: (path) => files.list(path),
          readText: (path) => files.readText(path),
          readSmall: (path, most) => files.readSmall(path, most),
          remove: (path) => files.remove(path),
          writeText: change((path, text) => files.writeText(path, text)),
        },
        host: Object.assign(this.#host, {
          run: (words: readonly string[]) =>
            Promise.resolve(
              words[0] === "readlink"
                ? { code: 0, stdout: `${words.at(-1)}\n`, stderr: "" }
                : {
                  code: words[0] === "git" ? 128 : 0,
                  stdout: "",
                  stderr: "",
                },
            ),
        }),
        containers: {
          named: () => Promise.resolve([]),
          inspect: () => Promise.resolve(undefined),
          image: (reference) => {
            const id = this.#names.get(reference);
            return Promise.resolve(
              id === undefined
                ? undefined
                : { id, digest: "", env: {}, volumes: [] },
            );
          },
          tag: change((id, reference) => {
            this.#names.set(reference, id);
            return Promise.resolve();
          }),
        },
        units: {
          environment: () => Promise.resolve({ variables: {}, files: [] }),
          commands: () => Promise.resolve([this.#words()]),
          show: (names) => {
            const unit = { ...UNIT, source: this.kind.source ?? "" };
            return Promise.resolve(new Map(names.map((name) => [name, unit])));
          },
          reload: change(() => {
            this.#load();
            return Promise.resolve();
          }),
          remove: () => Promise.resolve(),
          run: change((job) => {
            this.#work(job);
            return Promise.resolve();
          }),
        },
      }),
    };
  }

  apply = () => this.switcher.apply(this.context);
  undo = () => this.switcher.undo(this.context);
  isWritten = () => this.switcher.isWritten?.(this.context);

  /** "from", "to", …: by the words that the step itself goes by. */
  async version() {
    return (await wouldRun(this.context)).version;
  }

  /** What the operator does in all the files, and has systemd load it. */
  edit(from: string, to: string) {
    const { byHand } = this.kind;
    for (const [path, text] of Object.entries(this.configuration)) {
      this.files.put(path, byHand?.(text, from, to) ?? text);
    }
    this.#load();
  }

  #words(): readonly string[] {
    if (this.kind.live) this.#load();
    return this.#loaded;
  }

  #load() {
    const tag = this.plan.from.reference;
    this.#loaded = this.kind.commands(this.configuration, { tag });
  }

  /** A rebuild, or the operator's program: in the transient unit. */
  #work(job: UnitJob) {
    this.jobs.push(job);
    const up = job.env["PGLADDER_DIRECTION"] === "apply";
    const { from, to } = this.plan;
    if (this.kind.switch === "command") {
      if (up) this.edit(from.reference, to.reference);
      else this.edit(to.reference, from.reference);
    } else this.#load();
    this.files.put(job.env["PGLADDER_RESULT"] ?? "", "0\n");
  }

  async #choose(): Promise<Switch> {
    const { kind, plan } = this;
    const file = "/etc/systemd/system/podman-pleroma-db.service";
    switch (kind.switch) {
      case "manual":
      case "none":
      case "tag":
        return { kind: kind.switch };
      case "command":
        return { kind: "command", command: "rebuild" };
      case "unit":
        return { kind: "unit", file };
    }
    const tagOf = (reference: string) => reference.replace(/^.*:/, "");
    const { from, to } = plan;
    const editPlan = await findPlace(
      { kind: kind.switch, hostname: "db1" },
      {
        container: plan.container,
        from: { image: from.reference, tag: tagOf(from.reference) },
        to: { image: to.reference, tag: tagOf(to.reference) },
        ...(from.inner === to.inner ? {} : {
          mount: {
            volume: plan.volume.path,
            fromPath: from.inner,
            toPath: to.inner,
          },
        }),
      },
      plan.unit,
      this.context.ports,
    );
    if (editPlan.kind !== "placed") throw new Error(editPlan.problem);
    const changes = [...editPlan.changes];
    return kind.switch === "nixos"
      ? { kind: "nixos", changes, rebuild: editPlan.rebuild, git: editPlan.git }
      : { kind: kind.switch, changes };
  }
}
