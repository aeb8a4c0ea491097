import { first } from "../../base/format.ts";
import { type AskingCheck, ok, refuse } from "./check.ts";

export const roleSettings: AskingCheck = {
  name: "role settings",
  asks: true,
  about: "the new server knows every setting of roles and databases",
  worst: "refuse",
  remedy: "ALTER ROLE or ALTER DATABASE … RESET it",
  major: true,
  look({ contents, server, to }) {
    const unknown = server.roleSettings.filter(({ name }) =>
      contents.unknownSettings.includes(name)
    );
    return unknown.length === 0
      ? ok(`${server.roleSettings.length} known`)
      : refuse(
        `${to.version} does not know ${
          first(unknown.map(({ name, of }) => `${name} (of ${of})`))
        }`,
        "ALTER ROLE … [IN DATABASE …] RESET or ALTER DATABASE … RESET it first: neither method could restore it",
      );
  },
};
