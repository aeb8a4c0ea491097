import { assertEquals } from "@std/assert";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { plannedRun } from "../../run/context.ts";
import { byHand } from "./by_hand.ts";
import { changes } from "./manual.ts";

const plan = samplePlan({ container: "db", unit: "db", restart: "always" });
const run = plannedRun(plan);
const OLD = { ...plan.from, reference: "postgres:13", id: "thirteen" };
const LAST = "do not start it: resume does";

/** What is typed, by what there is; where passwords come from stands behind. */
const typed = (
  to: typeof OLD,
  [own, before]: readonly [own: boolean, before: boolean],
) =>
  byHand(run, to, {
    own,
    before,
    made: (secretsIn = "nobody") => [`create, ${secretsIn} knows`],
  });

Deno.test("Up: the container is kept, and where it is gone it is made without it", () => {
  assertEquals(typed(plan.to, [true, false]), [
    "podman rename db db.before",
    "create, db.before knows",
    "where db is gone:",
    "  create, nobody knows",
    LAST,
  ]);
  assertEquals(typed(plan.to, [false, false]), ["create, nobody knows", LAST]);
  assertEquals(typed(plan.to, [false, true]), [
    "create, db.before knows",
    LAST,
  ]);
});

Deno.test("Back: to the one that was kept, else one is made", () => {
  assertEquals(typed(plan.from, [true, true]), [
    "podman rm db; podman rename db.before db",
    "where db.before is gone:",
    "  podman rename db db.after",
    "  create, db.after knows",
    "  podman rm db.after",
    LAST,
  ]);
  assertEquals(typed(plan.from, [false, true]), [
    "podman rename db.before db",
    "where db.before is gone:",
    "  create, nobody knows",
    LAST,
  ]);
  assertEquals(typed(plan.from, [false, false]), [
    "create, nobody knows",
    LAST,
  ]);
});

Deno.test("Back to the old version: what could not serve goes", () => {
  assertEquals(typed(OLD, [true, true]), [
    "podman rename db db.after",
    "create, db.after knows",
    "podman rm db.after",
    "podman rm db.before",
    LAST,
  ]);
  assertEquals(typed(OLD, [false, true]), [
    "create, db.before knows",
    "podman rm db.before",
    LAST,
  ]);
  assertEquals(typed(OLD, [false, false]), ["create, nobody knows", LAST]);
});

Deno.test("Where the mount alone moves the image is no change", () => {
  const [first] = changes(run, { ...plan.to, inner: "/old" }, plan.to);
  assertEquals(
    first,
    `the volume: ${plan.volume.path}:/old → ${plan.volume.path}:${plan.to.inner}`,
  );
});
