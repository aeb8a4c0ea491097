import { assertEquals } from "@std/assert";
import { whyNot } from "./evaluate.ts";

const UNKNOWN = `error: The option \`virtualisation.arion' does not exist.`;
const CASES: readonly (readonly [stderr: string, why: string])[] = [
  [
    "trace: a warning\nerror:\n   … while calling it\n   error: no such secret\n(use it)\n",
    "error: no such secret",
  ],
  [
    `${UNKNOWN} Definition values:\n - In \`/etc/nixos/a.nix': [ ]\n`,
    UNKNOWN.slice(0, -1),
  ],
  [
    "error: The option `x' has conflicting definition values:\n - In `/a.nix': 1\n",
    "error: The option `x' has conflicting definition values",
  ],
  ["bad\n", "bad"],
  ["", "Nix ended with 1"],
];

for (const [stderr, why] of CASES) {
  Deno.test(`Why Nix gives no answer: ${why}`, () => {
    assertEquals(whyNot({ code: 1, stdout: "", stderr }), why);
  });
}
