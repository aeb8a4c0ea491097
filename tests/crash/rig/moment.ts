import { type BlowName, BLOWS } from "./blows.ts";
import { STEPS } from "./upgrade.ts";

/** When in an upgrade it happens. */
export interface Place {
  readonly fact: string;
  /** In milliseconds after the fact is in the journal. */
  readonly afterMs: number;
}

/** One blow at one place; it is gone on from, and gone back from. */
export interface Moment {
  readonly place: Place;
  readonly blow: BlowName;
}

/** Steps that take some time, and when they are in the middle of it. */
const AMID: Readonly<Record<string, number>> = {
  close: 300,
  dump: 1000,
  build: 1500,
  start: 300,
};

/** In the order of an upgrade. */
export const PLACES: readonly Place[] = [
  { fact: "run-planned", afterMs: 0 },
  ...STEPS.flatMap((step) => [
    { fact: `step-started ${step}`, afterMs: 0 },
    ...(AMID[step] === undefined
      ? []
      : [{ fact: `step-started ${step}`, afterMs: AMID[step] }]),
    { fact: `step-done ${step}`, afterMs: 0 },
  ]),
];

export const nameOf = ({ fact, afterMs }: Place) =>
  afterMs === 0 ? `"${fact}"` : `"${fact}" and ${afterMs} ms`;

const ALL: readonly Moment[] = (Object.keys(BLOWS) as BlowName[]).flatMap(
  (blow) =>
    PLACES.filter((place) => BLOWS[blow].fits(place))
      .map((place) => ({ place, blow })),
);

const asked = () => Deno.env.get("PGLADDER_MOMENTS") ?? "0";

/** A name that the rig takes. */
export const rigName = () =>
  `moments-${asked().toLowerCase().replace(/[^a-z0-9]+/g, "-")}`.slice(0, 24)
    .replace(/-$/, "");

/**
 * What PGLADDER_MOMENTS asks for: a number, spread evenly over all; "all"; or
 * those with that text in their name, as `full disk at "step-done dump"`, or
 * with one of several, parted by `|`, in that order.
 */
export function chosen(): readonly Moment[] {
  const wanted = asked();
  if (wanted === "all") return ALL;
  if (!/^\d+$/.test(wanted)) {
    return wanted.split("|").flatMap((text) =>
      ALL.filter(({ blow, place }) =>
        `${blow} at ${nameOf(place)}`.includes(text)
      )
    );
  }
  const count = Math.min(Number(wanted), ALL.length);
  return Array.from(
    { length: count },
    (_, index) => ALL[Math.floor((index + 0.5) * ALL.length / count)],
  ).filter((it) => it !== undefined);
}
