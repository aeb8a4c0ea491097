import { type AskingCheck, ok, refuse } from "./check.ts";

export const tablespaces: AskingCheck = {
  name: "tablespaces",
  asks: true,
  about: "all data lie in the volume",
  worst: "refuse",
  remedy: "move their tables to pg_default",
  major: true,
  look({ server }) {
    return server.tablespaces.length === 0 ? ok("none") : refuse(
      `there are tablespaces: ${server.tablespaces.join(", ")}`,
      "Tablespaces are not supported yet: move their tables to pg_default",
    );
  },
};
