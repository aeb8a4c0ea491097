import { join } from "@std/path";
import { stateDirectoryOf } from "./paths.ts";

/** Where a rehearsal's things lie, from the volume's path. */
export function placesOf(volume: string) {
  const state = stateDirectoryOf(volume);
  const path = join(state, "rehearsal");
  return {
    /** All that goes with its end. */
    path,
    /** Its plan, written before anything else: by it everything is found. */
    plan: join(path, "plan.json"),
    /** Written again and again as long as somebody watches. */
    lease: join(path, "lease"),
    backup: join(path, "old"),
    aborted: join(path, "aborted"),
    /** All that stays. */
    record: join(state, "rehearsal.json"),
  };
}
