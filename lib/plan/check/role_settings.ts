import { first } from "../../base/format.ts";
import { type AskingCheck, ok, refuse } from "./check.ts";

/** As 14 and later take a setting of somebody's own: simple names with dots between. */
const SIMPLE = /^[a-z_\u{80}-\u{10ffff}][\w$\u{80}-\u{10ffff}]*$/iu;
const isStrange = (name: string) =>
  name.includes(".") && !name.split(".").every((part) => SIMPLE.test(part));

export const roleSettings: AskingCheck = {
  name: "role settings",
  asks: true,
  about: "the new server knows every setting of roles and databases",
  worst: "refuse",
  remedy: "ALTER ROLE or ALTER DATABASE … RESET it",
  major: true,
  look({ contents, server, to }) {
    const unknown = server.roleSettings.filter(({ name }) =>
      contents.unknownSettings.includes(name) ||
      (to.major >= 14 && isStrange(name))
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
