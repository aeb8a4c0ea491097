import { type AskingCheck, ok, refuse } from "./check.ts";

export const tablespaces: AskingCheck = {
  name: "tablespaces",
  asks: true,
  onDisk: true,
  about: "all data lie in the volume",
  worst: "refuse",
  remedy: "move their tables to pg_default",
  major: true,
  look({ server, unserved }) {
    const first = unserved === undefined
      ? ""
      : `let the old version serve again ("pgladder status ${unserved.container.name}" says how), and `;
    return server.tablespaces.length === 0 ? ok("none") : refuse(
      `there are tablespaces: ${server.tablespaces.join(", ")}`,
      `Tablespaces are not supported yet: ${first}move their tables to pg_default`,
    );
  },
};
