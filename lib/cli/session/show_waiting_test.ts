import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { appFor } from "../../../tests/sample/app.ts";
import { portsOf, QuietHost } from "../../../tests/sample/ports.ts";
import type { Screen } from "../../port/operator.ts";
import { waitingOn } from "./show_waiting.ts";

/** A terminal that remembers what was drawn, or a file. */
function scene(live: boolean, ...words: string[]) {
  const drawn: string[] = [];
  const screen: Screen = {
    live,
    pages: live,
    gone: false,
    size: { columns: 80, rows: 24 },
    draw: (lines) => void drawn.push(lines.join("|")),
    fill: () => {},
    leave: () => {},
  };
  const ports = portsOf({ host: new QuietHost() });
  const app = { ...appFor(["plan", "db", ...words], [], ports), screen };
  return { drawn, waiting: waitingOn(app) };
}

const long = (drawn: readonly string[]) => async () => {
  for (let turn = 0; turn < 100 && drawn.length === 0; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return 7;
};

Deno.test("What is waited for is drawn while it takes, and taken away", async () => {
  const { drawn, waiting } = scene(true);
  assertEquals(await waiting("Nix evaluates", long(drawn)), 7);
  assertMatch(drawn[0] ?? "", /^Nix evaluates: \d+\.\d s$/);
  assertEquals(drawn.at(-1), "");
});

Deno.test("What is done at once, or fails, leaves nothing drawn", async () => {
  const { drawn, waiting } = scene(true);
  assertEquals(await waiting("x", () => Promise.resolve(1)), 1);
  await assertRejects(
    () => waiting("x", () => Promise.reject(new Error("no"))),
    Error,
    "no",
  );
  assertEquals(drawn, ["", ""]);
});

Deno.test("In a log, and for a program, nothing is drawn", async () => {
  for (
    const { drawn, waiting } of [scene(false), scene(true, "--to=17", "--json")]
  ) {
    assertEquals(await waiting("x", () => Promise.resolve(1)), 1);
    assertEquals(drawn, []);
  }
});
