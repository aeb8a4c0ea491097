import { type Check, ok, refuse } from "./check.ts";

export const architecture: Check = {
  name: "architecture",
  about: "both images are for the same kind of processor",
  worst: "refuse",
  remedy: "take an image for this machine",
  look({ machines }) {
    return machines.from === machines.to ? ok(machines.to) : refuse(
      `the old image is for ${machines.from}, the new one for ${machines.to}`,
      "Take an image for this host's processor",
    );
  },
};
