import type { Image } from "../../../journal/plan.ts";
import type { Ports } from "../../port/ports.ts";
import {
  askedOfImage,
  type TellingImages,
  type UntoldSetting,
  untoldSettings,
} from "./untold_settings.ts";
import type { DatabaseFacts } from "./server.ts";
import { type Trial, tryImage } from "./trial.ts";

interface Subject extends TellingImages {
  readonly databases: readonly DatabaseFacts[];
  readonly from: Image;
  readonly to: Image;
  readonly unserved?: unknown;
  readonly leaving?: unknown;
}

/**
 * What the new image does of what the upgrade will ask of it. A minor upgrade
 * changes no more of the image than its makers do; and of what does not serve
 * the extensions are not known yet.
 */
export async function triedFacts(
  subject: Subject,
  ports: Ports,
): Promise<{ untold?: readonly UntoldSetting[]; trial?: Trial }> {
  const { from, leaving, to, unserved } = subject;
  if (unserved !== undefined) return {};
  if (leaving !== undefined) {
    // What the old image says comes along as the data's own word.
    const trial = await tryImage(subject, ports);
    return trial === undefined ? {} : { trial };
  }
  if (from.major === to.major) return {};
  const asked = askedOfImage(subject);
  const trial = await tryImage({ ...subject, asked }, ports);
  return {
    ...(trial === undefined ? {} : { trial }),
    untold: untoldSettings(subject, trial),
  };
}
