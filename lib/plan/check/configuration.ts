import { isBelow } from "../../run/data_mount.ts";
import { type AskingCheck, ok, warn } from "./check.ts";
import { first } from "../../base/format.ts";

export const configuration: AskingCheck = {
  name: "configuration",
  asks: true,
  about:
    "the configuration files lie in the volume, so that they are tried out",
  worst: "warn",
  remedy: "look yourself whether the new version accepts them",
  major: true,
  look({ server, to }) {
    const outside = server.configurationFiles.filter((path) =>
      path !== "" && !isBelow(path, server.dataDirectory)
    );
    return outside.length === 0 ? ok("all in the data directory") : warn(
      `configuration outside the data directory: ${first(outside)}`,
      `pgladder cannot try it out: look yourself whether ${to.major} accepts it, and paths into the data directory still fit`,
    );
  },
};
