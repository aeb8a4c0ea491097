import type { Image, Plan } from "../../journal/plan.ts";
import { WaitingError } from "../step/step.ts";
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
  return Promise.reject(
    new WaitingError(
      [`Change the configuration of ${plan.unit}:`, ...changes(plan, from, to)]
        .join("\n  "),
    ),
  );
}

function changes(plan: Plan, from: Image, to: Image): readonly string[] {
  return [
    `the image: ${from.reference} → ${to.reference}`,
    ...(from.inner === to.inner ? [] : [
      `the volume: ${plan.volume.path}:${from.inner} → ${plan.volume.path}:${to.inner}`,
    ]),
    "and have systemd load it (nixos-rebuild switch, or systemctl daemon-reload)",
  ];
}
