import { assertEquals } from "@std/assert";
import { fold } from "../../journal/fold.ts";
import type { Fact } from "../../journal/fact.ts";
import { MemoryFiles } from "../../tests/sample/files.ts";
import { samplePlan } from "../../tests/sample/plan.ts";
import { portsOf } from "../../tests/sample/ports.ts";
import { BUILT, turnedBack, upTo } from "../../tests/sample/story.ts";
import { rejectedBy } from "../../tests/sample/thrown.ts";
import { LossError, measureLoss, requireLossConfirmed } from "./loss.ts";
import type { DirectoryUser } from "../port/files.ts";
import type { Cluster, ControlFile } from "../port/clusters.ts";
import { contextOf } from "../run/context.ts";

const PLAN = samplePlan();

/** As `build` has handed it over. */
const HANDED_OVER: ControlFile = {
  systemIdentifier: "7500000000000000001",
  state: "shut down",
  checkpoint: "0/3000028",
  nextXid: "800",
  sha256: "c0ffee",
};

function contextWith(
  control: ControlFile | undefined,
  options: {
    inode?: string;
    facts?: readonly Fact[];
    users?: readonly DirectoryUser[];
    gathered?: true;
  } = {},
) {
  const files = new MemoryFiles();
  const { inode = BUILT["inode"], facts = [] } = options;
  files.put(`${PLAN.volume.path}/`, "", inode);
  if (options.gathered) {
    files.put(contextOf(PLAN, {}).names.statistics, "gathered\n");
  }
  const held = Object.assign(files, {
    usersOf: () => Promise.resolve(options.users ?? []),
  });
  const look = (path: string): Promise<Cluster | undefined> => {
    assertEquals(path, "/srv/pleroma-db");
    return Promise.resolve({ version: "17", control, server: "" });
  };
  return {
    ...contextOf(PLAN, portsOf({ files: held, clusters: { look } })),
    state: fold([...upTo("start-writers"), turnedBack, ...facts]),
  };
}

const USED: ControlFile = {
  ...HANDED_OVER,
  checkpoint: "1/3000128",
  nextXid: "4294968096",
  sha256: "dead",
};

Deno.test("A cluster as it was handed over has nothing to lose", async () => {
  assertEquals(await measureLoss(contextWith(HANDED_OVER)), undefined);
});

Deno.test("What the new version has taken is counted beyond 32 bits", async () => {
  assertEquals(await measureLoss(contextWith(USED)), {
    evidence: { control: "dead", state: "shut down" },
    transactions: 4294967296,
    bytes: 4294967552,
    exact: true,
    text:
      "since the new version was started it has taken 4294967296 transactions (4294967552 bytes of WAL), which the old data do not have",
  });
});

Deno.test("What pgladder itself has taken for statistics is told, and counted along", async () => {
  const loss = await measureLoss(contextWith(USED, { gathered: true }));
  assertEquals(
    loss?.text,
    "since the new version was started it has taken 4294967296 transactions (4294967552 bytes of WAL, what gathered the planner's statistics among them), which the old data do not have",
  );
});

Deno.test("What a server that was killed has taken is unknown, even if its last checkpoint counts none", async () => {
  const loss = await measureLoss(
    contextWith({ ...HANDED_OVER, sha256: "dead", state: "in production" }),
  );
  assertEquals(loss, {
    evidence: { control: "dead", state: "in production" },
    transactions: 0,
    bytes: 0,
    exact: false,
    text:
      "since the new version was started it has taken transactions that the old data do not have; how many is unknown, because it was not stopped cleanly (0 by its last checkpoint)",
  });
});

Deno.test("Where the new cluster is not in the volume, nothing of it is lost there", async () => {
  const context = contextWith(USED, { inode: "1001" });
  assertEquals(await measureLoss(context), undefined);
});

Deno.test("What cannot be read is not taken for nothing", async () => {
  const error = await rejectedBy(
    () => measureLoss(contextWith(undefined)),
    Error,
  );
  assertEquals(error.message, 'Cannot read the cluster in "/srv/pleroma-db"');
});

Deno.test("As long as it serves nobody is asked to lose what nobody can count", async () => {
  const server = { pid: 7, name: "postmaster", container: "", working: true };
  const error = await rejectedBy(
    () => requireLossConfirmed(contextWith(USED, { users: [server] })),
    Error,
  );
  assertEquals(
    error.message,
    '"/srv/pleroma-db" is in use by process 7 ("postmaster")',
  );
});

const confirmed = (control: string): Fact => ({
  type: "loss-confirmed",
  evidence: { control, state: "shut down" },
  loss: "3 transactions",
});

Deno.test("Nobody agreed, or to another loss than this one: the way is barred", async () => {
  for (const facts of [[], [confirmed("beef")]]) {
    const { loss, message } = await rejectedBy(
      () => requireLossConfirmed(contextWith(USED, { facts })),
      LossError,
    );
    assertEquals(loss.evidence["control"], "dead");
    assertEquals(message, loss.text);
  }
});

Deno.test("Somebody agreed to exactly this, or there is nothing to lose", async () => {
  await requireLossConfirmed(
    contextWith(USED, { facts: [confirmed("dead")] }),
  );
  await requireLossConfirmed(contextWith(HANDED_OVER));
});

Deno.test("After a turn up what was agreed to counts no more", async () => {
  const facts: Fact[] = [
    confirmed("dead"),
    { type: "run-turned-up", reason: "thought better of it" },
    turnedBack,
  ];
  await rejectedBy(
    () => requireLossConfirmed(contextWith(USED, { facts })),
    LossError,
  );
});
