import { assert, assertEquals } from "@std/assert";
import { Database } from "./database.ts";
import { Host, sleep } from "./host.ts";

/**
 * What pgladder itself takes: seconds to a first plan, to a status, and memory.
 * The figures are printed; what is asserted holds on a busy machine as well.
 */

const NAME = "specs-times";
let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  await Database.make(host, { rows: 20_000 });
});
Deno.test.afterAll(() => Host.lower(NAME));

// deno-lint-ignore no-console -- figures for the reader
const tell = (words: string) => console.log(words);

/** Milliseconds in the host, without the way there. */
async function timed(command: string): Promise<number> {
  const [began = "", ended = ""] = (await host.shell(
    `date +%s%N; ${command} >/tmp/out 2>&1 || { cat /tmp/out; exit 1; }; date +%s%N`,
  )).trim().split("\n");
  return Math.round(Number(BigInt(ended) - BigInt(began)) / 1e6);
}

Deno.test("from a file just copied to a finished plan, and the plan after it", async () => {
  await host.shell("rm -rf /var/lib/pgladder");
  const plan = "pgladder plan db --to 17 --switch unit";
  const first = await timed(plan);
  const later = await timed(plan);
  tell(`plan: the first start ${first} ms, a later one ${later} ms`);
  assert(first < 60_000, `${first} ms`);
});

Deno.test("status where there is no run", () => timeStatus("status"));

Deno.test("memory throughout an upgrade stays below 150 MB", async () => {
  const climb = host.begin(
    ...["upgrade", "db", "--to", "17", "--switch", "unit", "--yes"],
  );
  const pid = await climb.pid();
  let most = 0;
  let ended = false;
  const end = climb.end().finally(() => ended = true);
  while (!ended) {
    most = Math.max(most, peakOf(pid));
    await sleep(100);
  }
  const { code, stderr } = await end;
  assertEquals(code, 0, stderr);
  tell(`upgrade: ${Math.round(most / 1000)} MB at the most`);
  assert(most > 10_000 && most < 150_000, `${most} kB`);
});

Deno.test("status of a run that has ended", () => timeStatus("status db"));

async function timeStatus(words: string) {
  const times: number[] = [];
  for (let i = 0; i < 9; i++) times.push(await timed(`pgladder ${words}`));
  times.sort((a, b) => a - b);
  tell(
    `${words}: ${times[0]} ms at best, ${times[4]} ms in the middle of nine`,
  );
  assert((times[0] ?? 0) < 5000, times.join());
}

/** The most memory that the process has had so far, in kB; 0 once it is gone. */
function peakOf(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
