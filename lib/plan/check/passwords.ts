import { type AskingCheck, ok, warn } from "./check.ts";

/** The version that began to warn of MD5 passwords. */
const DEPRECATED = 18;

export const passwords: AskingCheck = {
  name: "passwords",
  asks: true,
  about: "roles log in with passwords that the new version still supports",
  worst: "warn",
  remedy: "set the role's password again, which makes it SCRAM",
  major: true,
  look({ server, to }) {
    const { md5Roles } = server;
    if (md5Roles === 0) return ok("none is MD5");
    const found = `${md5Roles} ${
      md5Roles === 1 ? "role logs" : "roles log"
    } in with MD5 passwords`;
    return to.major < DEPRECATED ? ok(found) : warn(
      found,
      `They still can, but ${to.major} warns at each: set them again with password_encryption = 'scram-sha-256'`,
    );
  },
};
