import { assertEquals } from "@std/assert";
import { imageFor, mayBeMissing } from "./recipe.ts";

Deno.test("imageFor(): the same kind of image for data of another version", () => {
  const digest = `@sha256:${"ab".repeat(32)}`;
  const cases: readonly (readonly [string, string])[] = [
    ["postgres:17", "postgres:16"],
    ["postgres:17.2-alpine", "postgres:16-alpine"],
    ["postgres", "postgres:16"],
    ["postgres:latest", "postgres:16"],
    ["postgres:18beta2-bookworm", "postgres:16-bookworm"],
    [`postgres${digest}`, "postgres:16"],
    [`postgres:17-alpine${digest}`, "postgres:16-alpine"],
    [
      `example.org:5000/photos/postgres:17-vectors0.4.3-more0.2.0${digest}`,
      "example.org:5000/photos/postgres:16-vectors0.4.3-more0.2.0",
    ],
  ];
  for (const [named, wanted] of cases) {
    assertEquals(imageFor(16, named), wanted);
  }
});

Deno.test("A tag that somebody has made up is known", () => {
  const usual = ["postgres", "postgres:18", "postgres:17.2-alpine3.20"];
  const own = ["postgres:18-sym", "db/postgis:17-3.5", "postgres:ours"];
  assertEquals(
    [...usual, "postgres:latest", ...own].map(mayBeMissing),
    [false, false, false, false, true, true, true],
  );
});
