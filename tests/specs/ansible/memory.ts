/** How much memory a process and all that came of it have, shared parts once. */

const KIB = 1024;

/** In bytes, at this moment. */
export function memoryBelow(pid: number): number {
  const children = new Map<number, number[]>();
  for (const { name } of Deno.readDirSync("/proc")) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : undefined;
    if (parent === undefined) continue;
    children.set(parent, [...children.get(parent) ?? [], Number(name)]);
  }
  let sum = 0;
  const left = [pid];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    left.push(...children.get(next) ?? []);
    const share = /^Pss:\s+(\d+)/m.exec(read(`/proc/${next}/smaps_rollup`));
    sum += Number(share?.[1] ?? 0) * KIB;
  }
  return sum;
}

function parentOf(pid: string): number | undefined {
  // The name in parentheses may hold anything.
  const parent = /.*\) \S (\d+)/s.exec(read(`/proc/${pid}/stat`))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** Of a process that has ended meanwhile there is nothing to read. */
function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    if (error instanceof Error && /os error 3\b/.test(error.message)) return "";
    throw error;
  }
}
