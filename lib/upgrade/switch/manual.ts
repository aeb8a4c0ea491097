import type { Image, Maker, Plan } from "../../../journal/plan.ts";
import type { Context, PlannedRun } from "../../run/context.ts";
import { quoted } from "../../base/shell.ts";
import { composeWords } from "../../configuration/compose/labels.ts";
import { projectOfMaker } from "../../configuration/compose/project.ts";
import { serviceOf } from "../../configuration/compose/service.ts";
import type { Ports } from "../../port/ports.ts";
import { wouldRun } from "../../configuration/would_run.ts";
import { wantedBack } from "../service/unserved.ts";
import { byHand, linesByHand } from "./by_hand.ts";
import { WaitingError } from "../contract.ts";
import type { Switcher } from "./switcher.ts";

/** The operator changes the configuration; we say what and look whether. */
export function manualSwitcher(run: PlannedRun): Switcher {
  const { plan: { from, to } } = run;
  return {
    does: "you change the configuration; pgladder says what, waits, and looks",
    wayBack: "you put the configuration back; pgladder looks",
    commands: changes(run, from, to).map((line) => `# ${line}`),
    apply: (context) => ask(context, from, to),
    undo: (context) => ask(context, to, wantedBack(context)),
  };
}

async function ask(
  context: Context,
  from: Image,
  to: Image,
): Promise<never> {
  const { plan } = context;
  const isAlone = plan.restart !== undefined && plan.maker === undefined;
  const lines = isAlone ? await linesByHand(context, to) : undefined;
  const first = plan.restart === undefined
    ? `Change the configuration of ${plan.unit}:`
    : `Make the container "${plan.container}" again, unchanged except for:`;
  const built = await builtFrom(plan, to, context.ports);
  const { image, text, version } = await wouldRun(context);
  // Whoever has changed some of it, or more, is told what there is.
  const half = version === "between" && image !== "" && !plan.unread
    ? [`By now ${text}`]
    : [];
  throw new WaitingError(
    [first, ...built, ...changes(context, from, to, lines), ...half]
      .join("\n  "),
  );
}

/** Of a service that its project builds no file names the version but one. */
async function builtFrom(
  { container, maker }: Plan,
  { major, reference }: Image,
  ports: Ports,
): Promise<readonly string[]> {
  if (maker === undefined) return [];
  const project = await projectOfMaker(ports, maker);
  const build = serviceOf(project, container, maker.service)?.build;
  return build === undefined ? [] : [
    `FROM in "${build}" must name PostgreSQL ${major}; then build ${reference} from it`,
  ];
}

/** What is to be changed, a line each. */
export function changes(
  run: PlannedRun,
  from: Image,
  to: Image,
  lines?: readonly string[],
): readonly string[] {
  const { plan } = run;
  const volume = plan.volume.name ?? plan.volume.path;
  const isSame = from.id === to.id && from.reference === to.reference;
  return [
    ...isSame ? [] : [`the image: ${from.reference} → ${to.reference}`],
    ...(from.inner === to.inner ? [] : [
      `the volume: ${volume}:${from.inner} → ${volume}:${to.inner}`,
    ]),
    ...variableLines(plan, to),
    ...plan.restart === undefined
      ? [
        "and have systemd load it (nixos-rebuild switch, or systemctl daemon-reload)",
        ...plan.unread ? [UNREAD] : [],
      ]
      : plan.maker === undefined
      ? lines ?? byHand(run, to)
      : byCompose(plan, plan.maker, to === plan.to),
  ];
}

/** Another vendor's image knows others, or none: the data hold what they said. */
function variableLines(
  { from: old, leaves, to: wanted }: Plan,
  to: Image,
): readonly string[] {
  if (leaves === undefined) return [];
  const up = to.id === wanted.id;
  if (!up && to.id !== old.id) return [];
  const all = leaves.variables.filter(({ new: name }) => up || name !== "");
  return [
    ...all.map((it) =>
      it.new === ""
        ? `the variable ${it.old}: remove it; the data have what it said`
        : up
        ? `the variable ${it.old}: call it ${it.new}`
        : `the variable ${it.new}: call it ${it.old} again`
    ),
    ...up
      ? [
        "a user for the container, where one is named: remove it",
      ]
      : ["the other variables, and the user, as they were"],
  ];
}

const UNREAD =
  "pgladder cannot read it: resume believes you, and looks at what then runs";

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
