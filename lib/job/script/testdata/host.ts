import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";

/**
 * The database host of the tests, raised by the rig: `drive.sh` beside this
 * file stands in for the controller there.
 */

// Its own for each run: two runs at once would remove each other's files.
const RIG_NAME = `job-test-${Deno.pid}`;
export const BASE = "/srv/jobs";
const HERE = join(import.meta.dirname ?? ".", "..");
const RIG = join(HERE, "../../../tests/rig/rig");
export interface Result {
  readonly ok: boolean;
  readonly error?: string;
  readonly "failed_phase"?: string;
  readonly [fact: string]: unknown;
}

async function rig(
  ...args: string[]
): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await new Deno.Command(RIG, {
    args,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, output: text(stdout) + text(stderr) };
}

export async function mustRig(...args: string[]): Promise<string> {
  const { code, output } = await rig(...args);
  assertEquals(code, 0, `rig ${args.join(" ")}: ${output}`);
  return output;
}

/** Runs a command of `drive.sh` in the host. */
export const drive = (args: string[], env: Record<string, string> = {}) =>
  rig(
    ...["exec", RIG_NAME, "--", "env"],
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...["bash", `${BASE}/script/testdata/drive.sh`, ...args],
  );

export const shell = (script: string) =>
  mustRig("exec", RIG_NAME, "--", "bash", "-ec", script);

/** The host's directory of the tests, as seen from this machine. */
let root = "";

export const read = (path: string) =>
  Deno.readTextFile(join(root, path)).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });

/** Writes texts into a directory of the host's, by their names. */
export async function write(
  directory: string,
  texts: Readonly<Record<string, string>>,
) {
  const place = join(root, directory);
  await Deno.mkdir(place, { recursive: true });
  for (const [name, text] of Object.entries(texts)) {
    await Deno.writeTextFile(join(place, name), text);
  }
}

export async function resultOf(
  test: string,
  job: string,
  script: string,
): Promise<Result> {
  const text = await read(`${test}/job-${job}/${script}.result.json`);
  assert(
    text !== undefined,
    `${script} has left no result: ${await read(
      `${test}/job-${job}/${script}.log`,
    )}`,
  );
  return JSON.parse(text ?? "");
}

async function raise() {
  await mustRig("up", RIG_NAME);
  root = join((await mustRig("root", RIG_NAME)).trim(), BASE);
  await shell(
    `mkdir -p ${BASE}/script ${BASE}/sql; cd ${BASE}; rm -rf case-*; podman ps -aq --filter name=job- | xargs -r podman rm -fv`,
  );
  await mustRig("put", RIG_NAME, HERE, `${BASE}/script`);
  await mustRig("put", RIG_NAME, join(HERE, "../sql"), `${BASE}/sql`);
}

export const fingerprints = (
  test: string,
  changed: Record<string, (text: string) => string> = {},
) =>
  [
    (name: string) => read(`${test}/dump/fingerprint/${name}`),
    async (name: string) => {
      const text = await read(`${test}/job-build/fingerprint/${name}`);
      return text === undefined ? undefined : changed[name]?.(text) ?? text;
    },
  ] as const;

/** Both fingerprints, as the job of pg_upgrade leaves them. */
export const upgradedFingerprints = (test: string) =>
  [
    (name: string) => read(`${test}/job-pg_upgrade/fingerprint-old/${name}`),
    (name: string) => read(`${test}/job-pg_upgrade/fingerprint/${name}`),
  ] as const;

/** sha256 of all files below a directory, names included. */
export const filesOf = (directory: string) =>
  shell(
    `cd ${BASE}/${directory} && find . -type f | sort | xargs -d '\\n' sha256sum | sha256sum`,
  );

/** Stops and removes the host. */
const lower = () => mustRig("down", RIG_NAME);

/** Makes `test/old`, a small cluster with what a file of SQL says. */
export async function plant(
  test: string,
  major: number,
  file: string,
  options = "",
) {
  const { code, output } = await drive(["plant", test, `${major}`, file], {
    PLANT_OPTIONS: options,
  });
  assertEquals(code, 0, output);
}

/** By pg_upgrade, well. */
export async function upgradeInPlace(
  test: string,
  from: number,
  to: number,
  env: Record<string, string>,
) {
  const { code, output } = await drive(
    ["pg_upgrade", test, `${from}`, `${to}`],
    env,
  );
  assertEquals(
    code,
    0,
    `${output}${await read(`${test}/job-pg_upgrade/pg_upgrade.result.json`)}`,
  );
}

/** Dump and build, each well. */
export async function upgrade(
  test: string,
  from: number,
  to: number,
  env: Record<string, string>,
) {
  const dumped = await drive(["dump", test, `${from}`, `${to}`], env);
  assertEquals(
    dumped.code,
    0,
    `${dumped.output}${await read(
      `${test}/job-dump/dump_worker.result.json`,
    )}${await read(`${test}/job-dump/dump_server.log`)}`,
  );
  const built = await drive(["build", test, `${to}`], env);
  assertEquals(
    built.code,
    0,
    `${built.output}${await read(`${test}/job-build/build.result.json`)}`,
  );
}

export type Case = readonly [name: string, run: () => Promise<void>];

/**
 * One test, a step a case, on a host that has the samples of 13, 15 and 17. It needs
 * root, and some minutes for the first raising: PGLADDER_RIG=0 skips it, and
 * PGLADDER_RIG=keep leaves the host up where a case has failed.
 */
export function testOnHost(
  name: string,
  cases: readonly Case[],
  { samples = ["13", "15", "17"] } = {},
) {
  const ignore = Deno.env.get("PGLADDER_RIG") === "0";
  Deno.test({
    name: ignore ? `${name} (skipped: PGLADDER_RIG is 0)` : name,
    ignore,
    async fn(t) {
      let passed = false;
      try {
        await raise();
        for (const major of samples) {
          const { code, output } = await drive(["sample", major]);
          assertEquals(code, 0, output);
        }
        passed = true;
        for (const [called, run] of cases) {
          passed = await t.step(called, run) && passed;
        }
      } finally {
        // What failed can be looked at in the host, where that is wanted.
        if (passed || Deno.env.get("PGLADDER_RIG") !== "keep") await lower();
      }
    },
  });
}
