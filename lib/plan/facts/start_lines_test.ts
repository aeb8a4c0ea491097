import { assertEquals } from "@std/assert";
import type { Maker } from "../../../journal/plan.ts";
import { bringsUp } from "./start_lines.ts";

const maker: Maker = {
  tool: "docker compose",
  project: "forum",
  service: "db",
  directory: "/srv/forum/deploy",
  files: ["/srv/forum/deploy/compose.yaml"],
  envFiles: [],
  hash: "",
};

Deno.test("A unit in a directory whose .env names files below brings that project up", () => {
  const directory = "/srv/forum";
  const line = { unit: "x.service", words: "docker compose up -d", directory };
  const known = { ...maker, envFiles: ["/srv/forum/.env"] };
  assertEquals(bringsUp(line, known), true);
  assertEquals(bringsUp(line, maker), false);
  const words = "docker compose -f other/compose.yaml up -d";
  assertEquals(bringsUp({ ...line, words }, known), false);
});
