import { assertRejects } from "@std/assert";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { bind, troubledHost } from "../../../tests/sample/troubled_host.ts";
import { again, OLD } from "../../../tests/sample/trouble_parts.ts";
import { contextOf } from "../../run/context.ts";
import { WaitingError } from "../contract.ts";
import { requireUnshared } from "./unshared.ts";

Deno.test("The new server waits while another container would start on its cluster", async () => {
  const plan = samplePlan();
  const { path } = plan.volume;
  const context = (image: string) =>
    contextOf(
      plan,
      troubledHost({
        containers: [{
          name: "other",
          image,
          mounts: [bind(path, OLD)],
          ...again,
        }],
        clusters: { [path]: { major: plan.to.major } },
      }),
    );
  await requireUnshared(context("restic:latest"));
  await assertRejects(
    () => requireUnshared(context("postgres:17")),
    WaitingError,
    "update --restart=no other",
  );
});
