/** Repeatable: the same seed gives the same numbers (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many of the numbers below `total`, spread over all of them. */
export function spread(
  count: number,
  total: number,
  random: () => number,
): number[] {
  if (count >= total) return Array.from({ length: total }, (_, it) => it);
  return Array.from(
    { length: count },
    (_, it) => Math.floor((it + random()) * total / count),
  );
}
