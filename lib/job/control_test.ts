import { assertEquals, assertRejects } from "@std/assert";
import { samplePlan } from "../../tests/sample/plan.ts";
import { portsOf } from "../../tests/sample/ports.ts";
import { removeContainers, stateOf } from "./control.ts";
import { contextOf } from "../run/context.ts";

const PLAN = samplePlan();
const DUMP = `pgladder-${PLAN.run}-dump-1`;
const BUILD = `pgladder-${PLAN.run}-build-1`;

/** A runtime that says of so many removals that it did them, and did not. */
function lyingRuntime(lies: number) {
  const there = [BUILD, DUMP];
  let left = lies;
  return {
    there,
    ports: portsOf({
      containers: {
        named: () => Promise.resolve([...there]),
        remove(name) {
          if (left-- <= 0) there.splice(there.indexOf(name), 1);
          return Promise.resolve();
        },
      },
    }),
  };
}

Deno.test("Containers of a step that has ended are removed until they are gone", async () => {
  for (const lies of [0, 1, 2]) {
    const { ports, there } = lyingRuntime(lies);
    await removeContainers(contextOf(PLAN, ports), "dump");
    assertEquals(there, [BUILD]);
  }
});

Deno.test("A container that cannot be removed is named", async () => {
  const { ports } = lyingRuntime(99);
  await assertRejects(
    () => removeContainers(contextOf(PLAN, ports), "dump"),
    Error,
    `The container "${DUMP}" is still there after its removal`,
  );
});

Deno.test("A result that cannot be read is none: its job is dead", async () => {
  const part = {
    ...{ part: "", image: "", mounts: [], env: {} },
    script: "build",
  } as const;
  const job = { step: "build", attempt: 1, parts: [part] } as const;
  for (const text of ["", "{", "{}", undefined]) {
    const ports = portsOf({
      files: { readSmall: () => Promise.resolve(text) },
      containers: { inspect: () => Promise.resolve(undefined) },
    });
    assertEquals(await stateOf(contextOf(PLAN, ports), job), {
      state: "dead",
      why: `its container "${BUILD}" is gone without a result`,
    });
  }
});
