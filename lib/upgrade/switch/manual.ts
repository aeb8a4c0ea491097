import type { Image, Plan } from "../../../journal/plan.ts";
import { namesOf } from "../../run/paths.ts";
import { WaitingError } from "../contract.ts";
import type { Switcher } from "./switcher.ts";

/** The operator changes the configuration; we say what and look whether. */
export function manualSwitcher(plan: Plan): Switcher {
  return {
    does: "you change the configuration; pgladder says what, waits, and looks",
    wayBack: "you put the configuration back; pgladder looks",
    commands: changes(plan, plan.from, plan.to).map((line) => `# ${line}`),
    apply: () => ask(plan, plan.from, plan.to),
    undo: () => ask(plan, plan.to, plan.from),
  };
}

function ask(plan: Plan, from: Image, to: Image): Promise<never> {
  const first = plan.restart === undefined
    ? `Change the configuration of ${plan.unit}:`
    : `Make the container "${plan.container}" anew, as it is but for:`;
  return Promise.reject(
    new WaitingError([first, ...changes(plan, from, to)].join("\n  ")),
  );
}

function changes(plan: Plan, from: Image, to: Image): readonly string[] {
  const volume = plan.volume.name ?? plan.volume.path;
  return [
    `the image: ${from.reference} → ${to.reference}`,
    ...(from.inner === to.inner ? [] : [
      `the volume: ${volume}:${from.inner} → ${volume}:${to.inner}`,
    ]),
    ...plan.restart === undefined
      ? [
        "and have systemd load it (nixos-rebuild switch, or systemctl daemon-reload)",
      ]
      : remaking(plan, to === plan.to),
  ];
}

/** The old container is kept under another name: nothing else describes it. */
function remaking(
  plan: Plan,
  up: boolean,
): readonly string[] {
  const { container, runtime } = plan;
  const old = `${container}.before`;
  return [
    ...up
      ? [
        `${runtime} rename ${container} ${old}; ${runtime} create --name ${container} …`,
      ]
      : [
        `${runtime} rm ${container}; ${runtime} rename ${old} ${container}`,
        `where ${old} is gone: "${runtime} create", as ${
          namesOf(plan).described
        } describes it`,
      ],
    `of a compose project: change its file, and "${runtime} compose up --no-start"`,
    "do not start it: resume does",
    // Both versions of a minor upgrade would take the other's files for theirs.
    ...up && plan.method === "minor"
      ? [`never start ${old} beside it: two servers on one directory ruin it`]
      : [],
  ];
}
