/** How figures are written for a person. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Bytes, such as "1.7 GiB". */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  // Rounded before the unit is chosen: 1023.9 KiB are 1.0 MiB.
  while (Math.round(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** Milliseconds, such as "1 min 12 s" or "0.4 s". */
export function duration(ms: number): string {
  const tenths = Math.round(ms / 100);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Foreign text made safe for a terminal: control characters are shown. */
export function safe(text: string): string {
  return text.replace(
    // deno-lint-ignore no-control-regex
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same where one line is wanted, whatever a name holds. */
export function safeLine(text: string): string {
  return safe(text).replace(
    /[\n\t]/g,
    (char) => char === "\n" ? "\\u000a" : "\\u0009",
  );
}

/** The first of several, and how many more there are. */
export function first(items: readonly string[]): string {
  const more = items.length - 1;
  return `${items[0] ?? "none"}${more > 0 ? ` and ${more} more` : ""}`;
}
