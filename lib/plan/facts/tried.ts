import type { Ports } from "../../port/ports.ts";
import type { Facts } from "./facts.ts";
import { askedOfImage, lostSettings } from "./lost_settings.ts";
import { tryImage } from "./trial.ts";

type Subject =
  & Pick<Facts, "container" | "databases" | "from" | "server" | "to">
  & Pick<Parameters<typeof lostSettings>[0], "commands">
  & { readonly unserved?: unknown };

/**
 * What the new image does of what the upgrade will ask of it. A minor upgrade
 * changes no more of the image than its makers do; and of what does not serve
 * the extensions are not known yet.
 */
export async function triedFacts(
  subject: Subject,
  ports: Ports,
): Promise<Pick<Facts, "lost" | "trial">> {
  const { from, to, unserved } = subject;
  if (unserved !== undefined || from.major === to.major) return {};
  const asked = askedOfImage(subject);
  const trial = await tryImage({ ...subject, asked }, ports);
  return {
    ...(trial === undefined ? {} : { trial }),
    lost: lostSettings(subject, trial),
  };
}
