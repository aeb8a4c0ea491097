import { type AskingCheck, ok, refuse } from "./check.ts";

export const standby: AskingCheck = {
  name: "standby",
  asks: true,
  onDisk: true,
  about: "the server is no standby of another one",
  worst: "refuse",
  remedy: "upgrade the primary",
  look({ server }) {
    return server.inRecovery
      ? refuse(
        "the server is a standby",
        "Upgrade the primary, and build the standby again",
      )
      : ok("it is a primary");
  },
};
