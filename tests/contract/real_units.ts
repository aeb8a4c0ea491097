import { assert, assertEquals } from "@std/assert";
import { Disk } from "../../lib/adapter/disk.ts";
import { runOk } from "../../lib/adapter/process.ts";
import { Systemd } from "../../lib/adapter/systemd.ts";
import { unitsContract } from "./units.ts";
import { until } from "./until.ts";

const PLACE = "/etc/systemd/system";
const CONTROL = "/etc/systemd/system.control";
const UNIT = "contract-main.service";
const DROP_IN = `${CONTROL}/${UNIT}.d/90-pgladder.conf`;

const units = new Systemd();
const files = new Disk();
const hold = { unit: UNIT, kind: "assert", path: "/closed" } as const;

async function write(name: string, text: string): Promise<void> {
  await files.writeText(`${PLACE}/${name}`, text, 0o644);
  await units.reload();
}

/** Run inside of a rig. */
unitsContract("systemd", async () => {
  for (const name of await files.list(PLACE) ?? []) {
    if (name.startsWith("contract-")) await files.remove(`${PLACE}/${name}`);
  }
  await units.reload();
  return {
    units,
    write,
    read: (path) => files.readText(path),
    directory: await Deno.makeTempDir({ dir: "/var/tmp" }),
  };
});

function test(name: string, body: () => Promise<void>): void {
  Deno.test(`systemd: ${name}`, async () => {
    await write(UNIT, "[Service]\nExecStart=/bin/sleep 600\n");
    // One that does nothing is forgotten, and read again at the next look.
    await units.start([UNIT]);
    try {
      await body();
    } finally {
      await units.stop([UNIT]);
      await units.unblockStart([UNIT]);
    }
  });
}

test("a start block lies where no /etc/systemd/system is in its way", async () => {
  await units.blockStart([{ ...hold, service: ["TimeoutStopSec=1234"] }]);
  const text = await files.readText(DROP_IN) ?? "";
  assert(text.includes("\nAssertPathExists=/closed\n[Service]\nTimeoutStop"));
  assertEquals((await files.look(DROP_IN))?.owner.mode, 0o644);
  const show = ["systemctl", "show", "-p", "TimeoutStopUSec", UNIT];
  assertEquals((await runOk(show)).stdout, "TimeoutStopUSec=20min 34s\n");
  await units.unblockStart([UNIT]);
  assertEquals(await files.look(CONTROL), undefined);
});

test("a directory that is not empty stays", async () => {
  await units.blockStart([hold]);
  await files.writeText(`${CONTROL}/${UNIT}.d/other.conf`, "");
  await units.unblockStart([UNIT]);
  assertEquals(await files.list(`${CONTROL}/${UNIT}.d`), ["other.conf"]);
  await files.remove(CONTROL);
});

test("a drop-in that systemd has not loaded holds partly", async () => {
  await units.blockStart([hold]);
  const text = await files.readText(DROP_IN) ?? "";
  await units.unblockStart([UNIT]);
  await Deno.mkdir(`${CONTROL}/${UNIT}.d`, { recursive: true });
  await files.writeText(DROP_IN, text);
  assertEquals(await units.blockState(UNIT), "partly");
  await units.reload();
  assertEquals(await units.blockState(UNIT), "blocked");
  await files.remove(DROP_IN);
  assertEquals(await units.blockState(UNIT), "partly");
  await units.stop([UNIT]);
  assertEquals(await units.blockState(UNIT), "free");
});

test("a drop-in that is empty, or was changed, holds partly", async () => {
  await units.blockStart([hold]);
  for (const text of ["", "[Unit]\n", "[Unit]\nAssertPathExists=/\n"]) {
    await files.writeText(DROP_IN, text);
    // In one second its time would look unchanged.
    await runOk(["touch", "-d", "+1 hour", DROP_IN]);
    assertEquals(await units.blockState(UNIT), "partly", text);
  }
  for (const text of ["", "[Unit]\nAssertPathExists=/\n"]) {
    await files.writeText(DROP_IN, text);
    await units.reload();
    assertEquals(await units.blockState(UNIT), "partly", text);
  }
});

test("a drop-in behind ours that takes the test back is seen", async () => {
  await units.blockStart([hold]);
  const later = `${PLACE}/${UNIT}.d`;
  await Deno.mkdir(later, { recursive: true });
  await files.writeText(`${later}/99.conf`, "[Unit]\nAssertPathExists=\n");
  await units.reload();
  assertEquals(await units.blockState(UNIT), "partly");
  await files.remove(later);
});

test("where /etc cannot be written, it holds until the next boot", async () => {
  await Deno.mkdir(CONTROL, { recursive: true });
  await runOk(["mount", "--bind", CONTROL, CONTROL]);
  await runOk(["mount", "-o", "remount,ro,bind", CONTROL]);
  try {
    await units.blockStart([hold]);
    assertEquals(await files.look(DROP_IN), undefined);
    assertEquals(await units.blockState(UNIT), "blocked");
    await units.unblockStart([UNIT]);
    assertEquals(await units.blockState(UNIT), "free");
  } finally {
    await runOk(["umount", CONTROL]);
  }
});

test("a job sees this PATH, and outlives who began it", async () => {
  const directory = await Deno.makeTempDir({ dir: "/var/tmp" });
  await units.run({
    name: "contract-job.service",
    command: ["sh", "-c", `env >${directory}/env; exec sleep 600`],
    env: { NIX_PATH: "nixpkgs=/here" },
  });
  await until(
    "its file",
    async () =>
      ((await files.readText(`${directory}/env`)) ?? "").includes(
        "NIX_PATH=nixpkgs=/here\n",
      ),
  );
  const text = await files.readText(`${directory}/env`) ?? "";
  assert(text.includes(`PATH=${Deno.env.get("PATH")}\n`), text);
  await units.remove("contract-job.service");
});
