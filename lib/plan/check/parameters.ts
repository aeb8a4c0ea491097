import { type AskingCheck, ok, refuse } from "./check.ts";
import { first } from "../../base/format.ts";

export const parameters: AskingCheck = {
  name: "parameters",
  asks: true,
  about: "the new server knows every parameter on which privileges are granted",
  worst: "refuse",
  remedy: "REVOKE the privilege, since what it allows is not there any more",
  major: true,
  look({ contents, server, to }) {
    const unknown = server.granted.filter((name) =>
      contents.unknownSettings.includes(name)
    );
    if (unknown.length === 0) {
      const all = server.granted;
      return ok(all.length === 0 ? "none granted" : `${first(all)} known`);
    }
    return refuse(
      `${to.version} does not know ${
        first(unknown)
      }, and there are privileges on it`,
      "REVOKE ALL ON PARAMETER … FROM … first: neither method could restore them",
    );
  },
};
