import { bytes } from "../../base/format.ts";
import { type AskingCheck, ok, refuse } from "./check.ts";

export const databases: AskingCheck = {
  name: "databases",
  asks: true,
  about: "every database can be dumped",
  worst: "refuse",
  remedy: "allow connections, drop or rename it",
  major: true,
  look({ server, to }) {
    for (const { connect, name, valid } of server.databases) {
      if (!valid) {
        return refuse(
          `the database ${JSON.stringify(name)} is invalid`,
          "An interrupted DROP DATABASE left it: drop it",
        );
      }
      if (!connect) {
        return refuse(
          `the database ${JSON.stringify(name)} allows no connections`,
          "ALTER DATABASE … ALLOW_CONNECTIONS true, or drop it",
        );
      }
      if (/[\n\r]/.test(name)) {
        return refuse(
          `the database ${JSON.stringify(name)} has a line break in its name`,
          "Rename it: pg_dumpall refuses such names",
        );
      }
    }
    const [role] = server.brokenRoles ?? [];
    if (to.major >= 19 && role !== undefined) {
      return refuse(
        `the role ${JSON.stringify(role)} has a line break in its name`,
        "ALTER ROLE … RENAME TO: PostgreSQL 19 takes no such names",
      );
    }
    const [name] = server.namesBeyondAscii;
    if (server.encodings.length > 1 && name !== undefined) {
      return refuse(
        `databases have the encodings ${
          server.encodings.join(", ")
        }, and each reads the name ${JSON.stringify(name)} differently`,
        "Rename it to plain letters for the upgrade: ALTER DATABASE or ALTER ROLE … RENAME TO",
      );
    }
    const size = server.databases.reduce((sum, it) => sum + it.bytes, 0);
    return ok(`${server.databases.length} databases, ${bytes(size)}`);
  },
};
