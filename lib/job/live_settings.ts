import type { Plan } from "../../journal/plan.ts";

/** For `live_settings.sh`: where it is from, its name, its value in base64. */
export function liveSettings({ loading = [] }: Plan): string {
  return loading.map(({ name, outside, value }) =>
    `${outside ? "outside" : "data"} ${name} ${base64(value)}\n`
  ).join("");
}

function base64(value: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(value)));
}
