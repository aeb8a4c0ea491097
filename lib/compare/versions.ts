const numbersOf = (version: unknown) =>
  (/^\d+(\.\d+)*/.exec(String(version))?.[0] ?? "").split(".").map(Number);

/** Whether `after` is the lower one of two versions such as "1.9" and "1.10". */
export function falls(before: unknown, after: unknown): boolean {
  const [old, next] = [numbersOf(before), numbersOf(after)];
  for (let at = 0; at < Math.max(old.length, next.length); at++) {
    const difference = (next[at] ?? 0) - (old[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
