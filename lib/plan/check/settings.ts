import { type AskingCheck, ok, warn } from "./check.ts";
import { first } from "../../base/format.ts";

export const settings: AskingCheck = {
  name: "settings",
  asks: true,
  about: "the new server knows every setting of the configuration files",
  worst: "warn",
  remedy: "look into the release notes for what has taken its place",
  major: true,
  look({ contents, server, to }) {
    const unknown = server.set.filter((name) =>
      contents.unknownSettings.includes(name)
    );
    return unknown.length === 0 ? ok(`${server.set.length} known`) : warn(
      `${to.version} does not know ${first(unknown)}`,
      "pgladder comments each out with a remark: look in the release notes for what replaces it",
    );
  },
};
