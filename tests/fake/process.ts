import type { Job } from "./job.ts";
import type { Server } from "./server.ts";

/** What runs in a container: plain data, moved on by the host's ticks. */
export type Process = Server | Job | { readonly kind: "idle" };
