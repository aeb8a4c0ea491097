import type { Image } from "../../../journal/plan.ts";
import type { Context, PlannedRun } from "../../run/context.ts";
import {
  type LinesThatMake,
  linesThatMake,
} from "../service/container_record.ts";

/** A container that no unit and no project makes: what a person types for it. */

/** What there is at this moment, and the lines that make the container. */
interface Found {
  /** The container itself, and the one that was kept under another name. */
  readonly own: boolean;
  readonly before: boolean;
  readonly made: LinesThatMake;
}

/** The same with what is found: containers, and what describes them. */
export async function linesByHand(context: Context, to: Image) {
  const { plan: { container }, ports: { containers } } = context;
  const { before } = namesOf(container);
  const is = async (name: string) =>
    await containers.inspect(name) !== undefined;
  return byHand(context, to, {
    own: await is(container),
    before: await is(before),
    made: await linesThatMake(context, to) ?? unseen(context).made,
  });
}

const namesOf = (container: string) => ({
  before: `${container}.before`,
  after: `${container}.after`,
});

const unseen = ({ names, plan }: PlannedRun): Found => ({
  own: true,
  before: true,
  made: () => [
    `${plan.runtime} create --name ${plan.container} …   # as ${names.described} describes it`,
  ],
});

/** The old container is kept under another name: nothing else describes it. */
export function byHand(
  run: PlannedRun,
  to: Image,
  found: Found = unseen(run),
): readonly string[] {
  const { plan } = run;
  const { before } = namesOf(plan.container);
  const up = to === plan.to;
  return [
    ...up
      ? upwards(run, found)
      : to === plan.from
      ? back(run, found)
      : backToOld(run, found),
    "do not start it: resume does",
    // Both versions of a minor upgrade would take the other's files for theirs.
    ...up && plan.method === "minor"
      ? [
        `never start ${before} beside it: two servers on one directory ruin it`,
      ]
      : [],
  ];
}

function upwards({ plan }: PlannedRun, found: Found): readonly string[] {
  const { container, runtime } = plan;
  const { before } = namesOf(container);
  if (!found.own) return found.made(found.before ? before : undefined);
  return [
    `${runtime} rename ${container} ${before}`,
    ...found.made(before),
    ...whereGone(container, found.made(undefined)),
  ];
}

/** To the container that was kept. */
function back({ plan }: PlannedRun, found: Found): readonly string[] {
  const { container, runtime } = plan;
  const { after, before } = namesOf(container);
  const kept = `${runtime} rename ${before} ${container}`;
  if (found.own) {
    return [
      `${runtime} rm ${container}; ${kept}`,
      ...whereGone(before, [
        `${runtime} rename ${container} ${after}`,
        ...found.made(after),
        `${runtime} rm ${after}`,
      ]),
    ];
  }
  const made = found.made(undefined);
  return found.before ? [kept, ...whereGone(before, made)] : made;
}

/** What was kept could not serve, and nobody wants it again. */
function backToOld({ plan }: PlannedRun, found: Found): readonly string[] {
  const { container, runtime } = plan;
  const { after, before } = namesOf(container);
  const last = found.before ? [`${runtime} rm ${before}`] : [];
  if (!found.own) {
    return [...found.made(found.before ? before : undefined), ...last];
  }
  return [
    `${runtime} rename ${container} ${after}`,
    ...found.made(after),
    `${runtime} rm ${after}`,
    ...last,
  ];
}

const whereGone = (name: string, lines: readonly string[]) => [
  `where ${name} is gone:`,
  ...lines.map((line) => `  ${line}`),
];
