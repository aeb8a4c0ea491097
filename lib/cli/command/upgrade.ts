import { beginUpgrade } from "../session/begin_upgrade.ts";
import type { Command } from "./command.ts";

/** Plans, asks, and runs the steps. */
export const upgrade: Command = beginUpgrade;
