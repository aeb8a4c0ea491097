import type { RunContext } from "../../run/context.ts";
import { asConfigured, type Image } from "../../../journal/plan.ts";
import * as v from "valibot";
import { createLines, MASKED } from "./create_line.ts";
import { DescriptionSchema, ImageConfigSchema } from "./description.ts";
import { readJson } from "../../base/json.ts";

/**
 * A container that no unit makes is described by nothing but itself, and
 * a prune takes what is stopped. So what the runtime says of it is kept, but
 * for passwords: the image wants one only where there is no cluster yet.
 */
export async function noteContainer(
  { names, plan: whole, ports: { containers, files, host } }: RunContext,
) {
  const plan = asConfigured(whole);
  if (plan.restart === undefined) return;
  const found = await containers.inspect(plan.container);
  if (found?.imageId !== plan.from.id) return;
  const { code, stdout } = await host.run([
    ...[plan.program, "container", "inspect", found.id],
  ]);
  const printed = readJson(v.unknown(), stdout);
  if (code !== 0 || !printed.success) return;
  const secrets = Object.entries(found.env)
    .filter(([name, value]) =>
      !name.endsWith("_FILE") &&
      (SECRET.test(name) || IN_ADDRESS.test(value))
    )
    .map(([name, value]) => `${name}=${value}`);
  const text = JSON.stringify(
    printed.output,
    (_, value: unknown) => masked(value, secrets),
    2,
  );
  await files.writeText(names.described, text);
}

/** "postgres://user:password@host" */
const IN_ADDRESS = /:\/\/[^/@\s]*:[^@\s]+@/;
const SECRET = /pass|secret|token|key/i;

/** `NAME=…`, also at the end of `--env=NAME=VALUE` in a command's words. */
function masked(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value !== "string") return value;
  const secret = secrets.find((pair) => value.endsWith(pair));
  if (secret === undefined) return value;
  const name = secret.slice(0, secret.indexOf("="));
  return `${value.slice(0, -secret.length)}${name}${MASKED}`;
}

/** Passwords are those of the container that is named, where one is. */
export type LinesThatMake = (
  secretsIn: string | undefined,
) => readonly string[];

/**
 * Lines of shell that make the container again of an image of the plan;
 * undefined where it was not noted, or is not understood.
 */
export async function linesThatMake(
  { names, plan: whole, ports: { files, host } }: RunContext<"files" | "host">,
  as: Image,
): Promise<LinesThatMake | undefined> {
  const plan = asConfigured(whole);
  const described = parsed(
    DescriptionSchema,
    await files.readText(names.described) ?? "",
  );
  const { stdout } = await host.run([
    ...[plan.program, "image", "inspect", plan.from.id],
  ]);
  const image = parsed(ImageConfigSchema, stdout);
  if (described === undefined || image === undefined) return undefined;
  return (secretsIn) =>
    createLines(described, image, {
      name: plan.container,
      program: plan.runtime,
      image: [plan.from.reference, as.reference],
      volume: [plan.volume.path, ...plan.volume.name ? [plan.volume.name] : []],
      inner: [plan.from.inner, as.inner],
      pgdata: [plan.from.pgdata, as.pgdata],
      variables: new Map(
        as.id === plan.to.id
          ? plan.leaves?.variables.map(({ new: name, old }) => [old, name])
          : [],
      ),
      restart: plan.restart ?? "no",
      secretsIn,
    });
}

/** The one thing that `inspect` printed. */
function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): v.InferOutput<Schema> | undefined {
  const found = readJson(v.tuple([schema]), text);
  return found.success ? found.output[0] : undefined;
}
