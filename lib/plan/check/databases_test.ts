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

Deno.test("A role with a line break in its name is refused where the new server takes none", () => {
  const to = (major: number) => {
    const facts = sampleFacts({
      server: sampleLive({ brokenRoles: ["two\nlines"] }),
    });
    return databases.look(
      { ...facts, to: { ...facts.to, major } },
      sampleSettings(),
    );
  };
  assertEquals(to(19), {
    level: "refuse",
    found: 'the role "two\\nlines" has a line break in its name',
    remedy: "ALTER ROLE … RENAME TO: PostgreSQL 19 takes no such names",
  });
  assertEquals(to(18).level, "ok");
});
