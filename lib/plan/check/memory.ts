import { type Check, ok, warn } from "./check.ts";

/** Of memory that is free, in MiB. */
const SCARCE_MB = 700;

export const memory: Check = {
  name: "memory",
  about: "there is memory for two servers at once",
  worst: "warn",
  remedy: "stop something that is not needed meanwhile, or use --jobs 1",
  major: true,
  look({ memoryMb }) {
    const found = `${memoryMb} MiB are free`;
    return memoryMb >= SCARCE_MB ? ok(found) : warn(
      found,
      "Stop something that is not needed meanwhile, or use --jobs 1",
    );
  },
};
