import { assertEquals } from "@std/assert";
import { isWell } from "./well.ts";

Deno.test("An open run is well where it serves, or where somebody is at work", () => {
  const told = (serving: boolean, atWork: boolean, graves: boolean[] = []) =>
    isWell(
      { database: { serving, volume: "/srv/db", words: "" } },
      atWork,
      graves.map((grave) => ({ grave })),
    );
  assertEquals(told(false, false), false);
  assertEquals(told(false, true), true);
  assertEquals(told(true, false), true);
  assertEquals(told(true, false, [false]), true);
  assertEquals(told(true, false, [false, true]), false);
});
