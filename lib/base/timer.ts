/**
 * Does it after so many milliseconds, unless what this returns is called before.
 * A timer that is left keeps no program running. Deno's `setTimeout` is Node's,
 * and takes 7 ms to load, which a status has not.
 */
export function after(ms: number, act: () => void): () => void {
  const signal = AbortSignal.timeout(ms);
  signal.addEventListener("abort", act);
  return () => signal.removeEventListener("abort", act);
}
