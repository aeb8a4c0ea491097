import type { Plan } from "../../journal/plan.ts";
import { toBase64 } from "../base/base64.ts";

/** For `live_settings.sh`: where it is from, its name, its value in base64. */
export function liveSettings({ loading = [] }: Plan): string {
  return loading.map(({ name, outside, value }) =>
    `${outside ? "outside" : "data"} ${name} ${toBase64(value)}\n`
  ).join("");
}
