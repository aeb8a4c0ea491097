import * as v from "valibot";
import type { Plan } from "../../../journal/plan.ts";
import { namesOf } from "../../run/paths.ts";
import type { Ports } from "../../port/ports.ts";

/**
 * A container that no unit makes is described by nothing but itself, and
 * a prune takes what is stopped. So what the runtime says of it is kept, but
 * for passwords: the image wants one only where there is no cluster yet.
 */
export async function noteContainer(
  plan: Plan,
  { containers, files, host }: Ports,
) {
  if (plan.restart === undefined) return;
  const found = await containers.inspect(plan.container);
  if (found?.imageId !== plan.from.id) return;
  const { code, stdout } = await host.run([
    ...[plan.program, "container", "inspect", found.id],
  ]);
  const printed = v.safeParse(v.pipe(v.string(), v.parseJson()), stdout);
  if (code !== 0 || !printed.success) return;
  const secrets = Object.entries(found.env)
    .filter(([name]) => SECRET.test(name) && !name.endsWith("_FILE"))
    .map(([name, value]) => `${name}=${value}`);
  const text = JSON.stringify(
    printed.output,
    (_, value: unknown) => masked(value, secrets),
    2,
  );
  await files.writeText(namesOf(plan).described, text);
}

const SECRET = /pass|secret|token|key/i;

/** `NAME=…`, also at the end of `--env=NAME=VALUE` in a command's words. */
function masked(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value !== "string") return value;
  const secret = secrets.find((pair) => value.endsWith(pair));
  if (secret === undefined) return value;
  const name = secret.slice(0, secret.indexOf("="));
  return `${value.slice(0, -secret.length)}${name}=…`;
}
