import { assertEquals } from "@std/assert";
import { after } from "./timer.ts";

Deno.test("What is called off is not done, and the rest in its order", async () => {
  const done: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  after(40, () => {
    done.push("late");
    resolve();
  });
  after(10, () => done.push("early"));
  const callOff = after(10, () => done.push("called off"));
  callOff();
  await promise;
  assertEquals(done, ["early", "late"]);
});
