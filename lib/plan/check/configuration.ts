import { isBelow } from "../../run/data_mount.ts";
import { type AskingCheck, type Finding, ok, refuse, warn } from "./check.ts";
import { first } from "../../base/format.ts";
import type { Leaving } from "../facts/leaving.ts";

export const configuration: AskingCheck = {
  name: "configuration",
  asks: true,
  about:
    "the configuration files lie in the volume, so that they are tried out",
  worst: "refuse",
  remedy:
    "look yourself whether the new version accepts them, or do what plan says",
  major: true,
  look({ leaving, server, to }) {
    if (leaving !== undefined) return comingAlong(leaving);
    const outside = server.configurationFiles.filter((path) =>
      path !== "" && !isBelow(path, server.dataDirectory)
    );
    return outside.length === 0 ? ok("all in the data directory") : warn(
      `configuration outside the data directory: ${first(outside)}`,
      `pgladder cannot try it out: look yourself whether ${to.major} accepts it, and paths into the data directory still fit`,
    );
  },
};

/** What another vendor's server reads outside of the data goes into them. */
function comingAlong({ blocker, leaves, left }: Leaving): Finding {
  if (blocker !== undefined) return refuse(...blocker);
  const { files, what } = leaves;
  const found =
    `the image is ${what}: "${files.config}" and "${files.hba}" come along, as postgresql.conf and pg_hba.conf in the data`;
  return left.length === 0 ? ok(found) : warn(
    `${found}, but not ${first(left)}`,
    "These name files of the old image: set them again afterwards, if you need them",
  );
}
