import type { Image, Maker, Plan } from "../../../journal/plan.ts";
import { editTargetOf } from "./edit_target.ts";
import { imagesFor } from "./images.ts";
import { type Leaving, settledIn } from "./leaving.ts";
import { insideFacts } from "./inside.ts";
import { type PodMate, podMatesOf } from "./pod.ts";
import type { DatabaseFacts, ServerFacts } from "./server.ts";
import type { SortingFacts } from "./sorting.ts";
import type { StartFiles } from "./start_files.ts";
import type { Trial } from "./trial.ts";
import { triedFacts } from "./tried.ts";
import { type Unmanaged, unmanagedOf } from "./unmanaged.ts";
import type { Unserved } from "./unserved.ts";
import { type Shared, subjectOf } from "./subject.ts";
import { lostFacts } from "./lost.ts";
import type { Around } from "../diagnosis/diagnosis.ts";
import { type Contents, contentsIn } from "./image_contents.ts";
import type {
  ConfigurationRequest,
  EditPlan,
} from "../../configuration/find.ts";
import { isNamed, type Offered, placedFacts } from "./placed.ts";
import { PATIENCE_MS } from "./container.ts";
import type { UntoldSetting } from "./untold_settings.ts";
import type { Pulling } from "./pulling.ts";
import { availableMemoryMb } from "./memory.ts";
import { findUnit, runLineInFile } from "./unit.ts";
import { isOwnUnit } from "./unit_processes.ts";
import { namedVolumeOf, volumeFacts, volumePathOf } from "./volume.ts";
import type { NamedVolume, Within } from "./volume.ts";
import { type Drift, driftsIfAny } from "./drift.ts";
import type { Container, ImageFacts, Mount } from "../../port/containers.ts";
import type { FileFacts, FileSystemFacts } from "../../port/files.ts";
import type { Ports } from "../../port/ports.ts";
import type { Unit } from "../../port/units.ts";
import type { RehearsalRecord } from "../../run/rehearsal_record.ts";
import type { RunLine } from "../../configuration/run_line/run_line.ts";
import { runLineOf } from "../../configuration/would_run.ts";
import { type Dumper, dumpersOf, type Updater, updatersOf } from "./helpers.ts";
import { clientsOf, containersAround, sortNames } from "./clients.ts";
import { activeTimers, writersOf } from "./writers.ts";

/** What the operator asked for, as far as finding facts goes. */
export interface Request {
  readonly container: string;
  /** The target's tag, for example "17". */
  readonly to: string;
  /** The old version's image, where nothing serves the data. */
  readonly from?: string;
  readonly image?: string;
  readonly unit?: string;
  /** No systemd runs the host. */
  readonly withoutSystemd?: boolean;
  readonly volume?: string;
  /** Where the container does not say it. */
  readonly superuser?: string;
  readonly writers: readonly string[];
  /** The files in which the version is to be changed, if pgladder does it. */
  readonly configuration?: ConfigurationRequest;
  /** Nobody has said who changes them: a way is looked for. */
  readonly offers?: boolean;
  readonly around?: Omit<Around, "ports">;
}

/** Everything a plan is made of, found out without changing anything. */
export interface Facts extends Shared {
  readonly container: Container;
  /** The compose project that made it. */
  readonly maker?: Maker | undefined;
  /** Its image cannot read its data: what is told of the server is of them. */
  readonly unserved?: Unserved;
  /**
   * What the configuration names, where `from` is another: the version of data
   * that are to be upgraded although nothing serves them.
   */
  readonly found?: Image;
  readonly server: ServerFacts;
  /** What each database holds; not asked for a minor upgrade. */
  readonly databases: readonly DatabaseFacts[];
  /** Of a minor upgrade, as far as it can be known: by what text is sorted. */
  readonly sorting?: SortingFacts;
  /** What the new image brings; not asked for a minor upgrade. */
  readonly contents: Contents;
  /** What it does of what the upgrade will ask of it, where anything is to be tried. */
  readonly trial?: Trial;
  /** Where the new image is another vendor's. */
  readonly leaving?: Leaving;
  /** What the old image has told the server, and the new one would not. */
  readonly untold?: readonly UntoldSetting[];
  readonly unit: Unit | undefined;
  /** Where no unit starts it. */
  readonly unmanaged?: Unmanaged;
  readonly runLine: RunLine | undefined;
  /** Nothing says what it would run, but it is known to run the container. */
  readonly unread?: true;
  /** What the unit does about its image, where it does. */
  readonly pulling?: Pulling;
  /** The same as it stands in the unit's file, where it can be edited. */
  readonly fileRunLine: RunLine | undefined;
  /** The unit would not serve these data if it were started again. */
  readonly drifts: readonly Drift[];
  /** What the unit would run now. */
  readonly unitImageId: string | undefined;
  readonly mount: Mount | undefined;
  /** Where it is a named volume. */
  readonly named?: NamedVolume;
  /** Where its own name cannot move. */
  readonly within?: Within;
  readonly volume: string;
  readonly volumeFile: FileFacts | undefined;
  /** Of its cluster, what a server opens by name. */
  readonly startFiles?: StartFiles;
  /** Of the cluster that goes aside for a lost one. */
  readonly ownOwner?: FileFacts["owner"] | undefined;
  /** A phrase on a cluster that it may have lost, and one on what to type. */
  readonly beside?: { found: string; next: string } | undefined;
  /** Who is at work on the lost one, and whether a run of its own is open. */
  readonly inUse?: readonly string[];
  readonly hasRun?: boolean;
  /** Of the old data directory. */
  readonly clusterOwner: FileFacts["owner"] | undefined;
  readonly fileSystem: FileSystemFacts;
  /** On the way to the volume: links, and what others than root may change. */
  readonly unsafeParents: readonly string[];
  /** The first of the links among them. */
  readonly linkedParent?: string | undefined;
  /** The same of those whose own root they are already. */
  readonly harmlessParents?: readonly string[];
  /** Attributes of the volume that what takes its place will lack. */
  readonly notCarried?: readonly string[];
  readonly canExchange: boolean;
  readonly canClone: boolean;
  readonly bytes: number;
  /** What an earlier rollback has kept, where it has. */
  readonly aborted?: string;
  /** Which of `.bak` and the open run are already there. */
  readonly leftovers: readonly string[];
  /** The last one, whatever it was of. */
  readonly rehearsal: RehearsalRecord | undefined;
  readonly from: Image;
  readonly to: Image;
  /** The new image has a link at `/var/lib/postgresql/data`. */
  readonly linked?: boolean;
  readonly machines: { readonly from: string; readonly to: string };
  /** "glibc 2.41" or "musl 1.2.5": text sorts as it says. */
  readonly libcs: { readonly from: string; readonly to: string };
  readonly podMates: readonly PodMate[];
  readonly writers: Plan["writers"];
  /** Connections of which no container is known to be the source. */
  readonly strangers?: ServerFacts["connections"];
  /** Services of its compose project that live in its container. */
  readonly along?: readonly string[];
  /** Containers that live in it, and that nobody makes again along with it. */
  readonly stuck?: readonly string[];
  /** Containers that start others again, or make them again. */
  readonly updaters?: readonly Updater[];
  /** Containers whose pg_dump is older than the new server. */
  readonly dumpers?: readonly Dumper[];
  readonly timers: readonly string[];
  readonly memoryMb: number;
  /** Where the configuration's files name the version, if that was asked. */
  readonly editPlan?: EditPlan;
  readonly offered?: Offered;
}

/**
 * Looks at the container, its server, its unit, its volume and both images.
 *
 * @throws {Failure} there is no such container, it is no PostgreSQL, or the
 * target image is not to be had
 */
export async function findFacts(
  request: Request,
  ports: Ports,
): Promise<Facts> {
  const subject = await subjectOf(request, ports);
  const { container, maker, mount } = subject;
  const namedVolume = await namedVolumeOf(container, mount, ports);
  const asked = subject.unserved?.lost ? undefined : request.volume;
  const volume = volumePathOf(asked, namedVolume, mount);
  const unitName = request.unit ?? await findUnit(container, ports);
  const unit = (await ports.units.show([unitName])).get(unitName);
  const runLine = unit?.loaded
    ? await runLineOf(ports, unitName, container.name)
    : undefined;
  const podMates = await podMatesOf(container, ports);
  const images = await imagesFor(
    request,
    { ...subject, runLine, unit },
    ports,
  );
  const { found, from, leaving, to, unitImage } = images;
  // None waits for another one's answer.
  const libcs = { from: from.libc, to: to.libc };
  const pair = { from: from.image, to: to.image, libcs, linked: to.linked };
  const [inside, ofService, ofVolume, placed] = await Promise.all([
    insideFacts({ ...subject, leaving }, pair, ports),
    serviceFacts(
      request,
      { ...subject, podMates, runLine, to: to.image, unit, unitImage },
      unitName,
      ports,
    ),
    volumeFacts(volume, from.image, namedVolume?.device, ports),
    placedFacts(
      request,
      {
        ...editTargetOf(
          { container, maker },
          namedVolume?.name ?? volume,
          found ?? from.image,
          to.image,
        ),
        unmanaged: !unit?.loaded && request.unit === undefined,
      },
      { isSame: isNamed(images), unit, unitName },
      ports,
    ),
  ]);
  return {
    ...subject,
    ...(found === undefined ? {} : { found }),
    ...inside,
    ...await triedFacts({ ...subject, ...images, ...inside, ...pair }, ports),
    contents: contentsIn(to.more),
    unit,
    ...ofService,
    runLine,
    unitImageId: unitImage?.id,
    pulling: images.pulling,
    ...(namedVolume === undefined ? {} : { named: namedVolume }),
    ...ofVolume,
    ...await lostFacts(subject, { found, ofVolume, request }, ports),
    ...pair,
    ...settledIn(leaving, pair.from, ofVolume),
    machines: { from: from.machine, to: to.machine },
    podMates,
    ...placed,
  };
}

/** What starts it, what depends on it, and what the host has for it. */
async function serviceFacts(
  request: Request,
  { container, server, podMates, runLine, to, unit, unitImage, unserved }:
    & Pick<Facts, "container" | "server" | "podMates" | "runLine" | "unit">
    & Pick<Facts, "to" | "unserved">
    & { readonly unitImage: ImageFacts | undefined },
  unitName: string,
  ports: Ports,
) {
  const asked = { container: container.name, unit: unitName };
  const named = await sortNames(request.writers, ports);
  const mates = podMates.filter(({ unit }) => unit !== undefined);
  const names = [...named.containers, ...mates.map(({ name }) => name)];
  const around = await containersAround(container, names, ports);
  const clients = await clientsOf(
    container,
    server,
    { around, named: names },
    ports,
  );
  const others = clients.units.filter((it) => it !== unitName);
  const isUnread = runLine === undefined && unserved === undefined &&
    await isOwnUnit(container, { unit, named: request.unit }, ports);
  const isAlone = !unit?.loaded && request.unit === undefined;
  const [unmanaged, fileRunLine, drifts, writers, timers, memoryMb, dumpers] =
    await Promise.all([
      isAlone ? unmanagedOf(container, ports, request) : undefined,
      runLineInFile(unit, container.name, ports),
      // That the two do not fit is what is to be repaired.
      unserved !== undefined ? [] : driftsIfAny(asked, ports, {
        patienceMs: PATIENCE_MS,
        known: { container, runLine, image: unitImage },
      }),
      writersOf(unitName, [...named.units, ...others], ports),
      activeTimers(ports),
      availableMemoryMb(ports),
      dumpersOf(container, {
        around,
        major: to.major,
        writers: clients.containers,
      }, ports),
    ]);
  return {
    ...(unmanaged === undefined ? {} : { unmanaged }),
    ...(isUnread ? { unread: true as const } : {}),
    fileRunLine,
    drifts,
    writers: [...writers, ...clients.containers],
    strangers: [...clients.strangers],
    along: clients.along,
    stuck: clients.stuck,
    updaters: await updatersOf(container, around, ports),
    dumpers,
    timers,
    memoryMb,
  };
}
