import { asksFirst, type Plan } from "../../../journal/plan.ts";
import { fetchPruned } from "../service/pruned.ts";
import { describeStep } from "../step_text.ts";
import type { Context, PlannedRun, RunContext } from "../../run/context.ts";
import {
  clearInitialised,
  initialiseAhead,
  isBeingInitialised,
} from "../method/initdb_ahead.ts";
import {
  forgetOutside,
  keepOutside,
  lacksOutside,
  partialOf,
} from "../service/outside.ts";
import { RUN_LABEL } from "../../run/paths.ts";
import type { VolumePin } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { absent, complete, isBegun, partial, type Step } from "../contract.ts";

/** Bash is in every postgres image, and a shell ends at once when asked to. */
const IDLE = "trap exit TERM; while :; do sleep 3600 & wait; done";

/**
 * Keeps both images: tagged under names of the run, and pinned by running
 * containers, since a prune spares what runs. Initialises the new cluster, so
 * that the downtime need not. Nothing that serves is touched.
 */
export function prepare(run: PlannedRun): Step {
  const { names, plan } = run;
  const kept = imagesOf(plan);
  return {
    id: "prepare",
    // A job whose image was pruned fails at its start, before anything else.
    steady: true,
    ...describeStep("prepare", plan),
    commands: [
      ...kept.map(({ which, image }) =>
        `${plan.runtime} tag ${image.reference} ${names.tag(which)}`
      ),
      ...volumePinsOf(run).map(({ name, volume }) =>
        `# ${name} holds the volume ${volume}`
      ),
      ...plan.timers.map((unit) => `systemctl stop ${unit}`),
    ],
    async look(context) {
      const { state } = context;
      if (isBegun(state, "start-writers")) {
        return complete("the upgrade no longer needs them");
      }
      const found = await missing(context);
      if (found.length === 0) return complete("both images are pinned");
      // All of it can be made again, so its loss never costs a step above.
      return state.steps.prepare.status !== "done" &&
          await standingOf(context) === 0
        ? absent("nothing is pinned")
        : partial(`missing: ${found.join(", ")}`);
    },
    async apply(context) {
      const { ports, state } = context;
      const { containers, units } = ports;
      const { attempt } = state.steps.prepare;
      if (await lacksOutside(context)) await keepOutside(context);
      await unpackOldRoot(context);
      // Pins end with a reboot, and a prune may then take all.
      for (const { which, image } of kept) {
        await fetchPruned(image, ports);
        await containers.tag(image.id, names.tag(which));
        if ((await containers.inspect(names.pin(which)))?.running) continue;
        await containers.remove(names.pin(which));
        await containers.run({
          name: names.pin(which),
          image: names.tag(which),
          program: "bash",
          args: ["-c", IDLE],
          env: {},
          mounts: [],
          labels: { [RUN_LABEL]: plan.run },
        });
      }
      for (const pin of volumePinsOf(run)) {
        if (await lacksPin(pin, ports)) await containers.pinVolume(pin);
      }
      if (plan.timers.length > 0) await units.stop(plan.timers);
      if (isInitialisedHere(context)) {
        await initialiseAhead(context, attempt);
      }
    },
    undo,
    evidence: () => Promise.resolve({ from: plan.from.id, to: plan.to.id }),
  };
}

async function undo(context: RunContext) {
  const { names, plan, ports } = context;
  const { containers, files, units } = ports;
  // The timers first: without tags and pins nothing tells of this step.
  if (plan.timers.length > 0) await units.start(plan.timers);
  for (const { name } of volumePinsOf(context)) {
    await containers.unpinVolume(name);
  }
  await clearInitialised(context);
  if (plan.leaves !== undefined) await forgetOutside(context);
  for (const { which } of imagesOf(plan)) {
    await containers.remove(names.pin(which));
    await containers.untag(names.tag(which));
  }
  if (!needsOldRoot(plan)) return;
  await containers.remove(names.unpacking);
  await files.remove(names.oldRootPartial);
  await files.remove(names.oldRoot);
}

/** Once the step was done the build may have taken the new cluster. */
const isInitialisedHere = ({ plan, state }: Context) =>
  // In the volume's own root nothing is made while its server could reach it,
  // nor where nobody has told yet how the old one was initialised.
  plan.method !== "minor" && !plan.volume.within && !asksFirst(plan) &&
  state.steps.prepare.status !== "done";

function imagesOf(plan: Plan) {
  return [
    { which: "from", image: plan.from },
    { which: "to", image: plan.to },
  ] as const;
}

/** A prune that takes volumes would take one whose service is stopped. */
export function volumePinsOf(
  { names, plan }: PlannedRun,
): readonly VolumePin[] {
  const held = [
    ["volume", plan.volume.name],
    ["lost", plan.lost?.volume],
  ] as const;
  return held.flatMap(([which, volume]) =>
    volume === undefined ? [] : [{
      name: names.pin(which),
      volume,
      image: names.tag("from"),
      labels: { [RUN_LABEL]: plan.run },
    }]
  );
}

/** A volume that is gone needs no pin: the closing tells of it. */
async function lacksPin(pin: VolumePin, { containers }: Ports) {
  return !await containers.isVolumePinned(pin) &&
    await containers.volume(pin.volume) !== undefined;
}

/** Docker mounts no images, and pg_upgrade needs the old one's programs. */
const needsOldRoot = ({ method, runtime }: Plan) =>
  method === "pg_upgrade" && runtime === "docker";

async function unpackOldRoot(
  { names, plan, ports: { containers, files } }: RunContext,
) {
  if (!needsOldRoot(plan)) return;
  if (await files.look(names.oldRoot) !== undefined) return;
  await files.remove(names.oldRootPartial);
  // The image's own user must be able to look into it.
  const open = { uid: 0, gid: 0, mode: 0o755 };
  await files.makeDirectory(names.oldRootPartial, open);
  const { id } = plan.from;
  await containers.unpack(id, names.oldRootPartial, names.unpacking);
  await files.rename(names.oldRootPartial, names.oldRoot);
}

async function missing(context: Context) {
  const { names, plan, ports } = context;
  const { containers, files, units } = ports;
  const found: string[] = [];
  if (await lacksOutside(context)) found.push(names.outside);
  if (
    await isBeingInitialised(context) ||
    isInitialisedHere(context) &&
      await files.look(names.initialised) === undefined
  ) found.push(`${names.initialised} whole`);
  if (needsOldRoot(plan) && await files.look(names.oldRoot) === undefined) {
    found.push(names.oldRoot);
  }
  for (const { which, image } of imagesOf(plan)) {
    const tag = names.tag(which);
    if ((await containers.image(tag))?.id !== image.id) found.push(tag);
    const pin = await containers.inspect(names.pin(which));
    if (!pin?.running) found.push(names.pin(which));
  }
  for (const pin of volumePinsOf(context)) {
    if (await lacksPin(pin, ports)) found.push(pin.name);
  }
  for (const unit of (await units.show(plan.timers)).values()) {
    if (unit.active === "active") found.push(`${unit.name} stopped`);
  }
  return found;
}

/** How many of the tags and pins are there at all, and timers stopped. */
async function standingOf(context: RunContext): Promise<number> {
  const { names, plan, ports } = context;
  const { containers, files, units } = ports;
  let standing = 0;
  for (const path of plan.leaves ? [names.outside, partialOf(names)] : []) {
    if (await files.look(path) !== undefined) standing += 1;
  }
  if (
    await files.look(names.initialised) !== undefined ||
    await isBeingInitialised(context)
  ) standing += 1;
  for (const timer of (await units.show(plan.timers)).values()) {
    if (timer.loaded && timer.active !== "active") standing += 1;
  }
  for (const { name } of volumePinsOf(context)) {
    if (await containers.inspect(name)) standing += 1;
  }
  for (const which of ["from", "to"] as const) {
    if (await containers.image(names.tag(which)) !== undefined) standing += 1;
    if (await containers.inspect(names.pin(which)) !== undefined) {
      standing += 1;
    }
  }
  return standing;
}
