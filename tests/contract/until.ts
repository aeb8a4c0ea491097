/** Waits for what comes about by itself, for 20 seconds at most. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`It has not come about in 20 s: ${what}`);
}
