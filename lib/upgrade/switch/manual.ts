import type { Image, Maker, Plan } from "../../../journal/plan.ts";
import { quoted } from "../../base/shell.ts";
import { composeWords } from "../../configuration/compose/labels.ts";
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
    : `Make the container "${plan.container}" again, unchanged except for:`;
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

function remaking(plan: Plan, up: boolean): readonly string[] {
  return plan.maker === undefined
    ? byHand(plan, up)
    : byCompose(plan, plan.maker, up);
}

/**
 * Compose removes the container that stands there, whatever its name, and
 * makes the next one of its files. The way back begins before the old data are
 * in place again: nothing may be started there.
 */
function byCompose(
  { runtime }: Plan,
  maker: Maker,
  up: boolean,
): readonly string[] {
  const program = maker.tool === "podman-compose" ? maker.tool : runtime;
  const words = composeWords(maker, program).map(quoted).join(" ");
  const service = maker.tool === "podman-compose"
    ? ""
    : [maker.service, ...maker.along ?? []].map((it) => ` ${quoted(it)}`)
      .join("");
  const files = maker.files.map((file) => `"${file}"`).join(" and ");
  return [
    `of the service ${maker.service} in ${files}, or in its variables`,
    ...up ? [`then "${words} up -d${service}"`] : [
      `then "${words} up --no-start${service && ` --no-deps${service}`}"`,
      "do not start it: resume does",
    ],
  ];
}

/** The old container is kept under another name: nothing else describes it. */
function byHand(plan: Plan, up: boolean): readonly string[] {
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
    "do not start it: resume does",
    // Both versions of a minor upgrade would take the other's files for theirs.
    ...up && plan.method === "minor"
      ? [`never start ${old} beside it: two servers on one directory ruin it`]
      : [],
  ];
}
