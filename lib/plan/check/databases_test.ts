import { assertEquals } from "@std/assert";
import {
  sampleFacts,
  sampleLive,
  sampleSettings,
} from "../../../tests/sample/found.ts";
import { databases } from "./databases.ts";

const look = (encodings: string[], namesBeyondAscii: string[]) =>
  databases.look(
    sampleFacts({ server: sampleLive({ encodings, namesBeyondAscii }) }),
    sampleSettings(),
  );

Deno.test("A name with other letters is refused where databases read it in several encodings", () => {
  assertEquals(look(["LATIN1", "UTF8"], ["müller"]), {
    level: "refuse",
    found:
      'databases have the encodings LATIN1, UTF8, and each reads the name "müller" differently',
    remedy:
      "Rename it to plain letters for the upgrade: ALTER DATABASE or ALTER ROLE … RENAME TO",
  });
  assertEquals(look(["LATIN1", "UTF8"], []).level, "ok");
  assertEquals(look(["UTF8"], ["müller"]).level, "ok");
});
