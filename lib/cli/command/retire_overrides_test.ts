import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  AZUSA,
  CARCOSA,
  HAS_NIX,
  OPTION,
  OPTIONS,
  withRepository,
} from "../../../tests/sample/nix_repository.ts";

/** Upgraded host by host, then the module's default follows. */

Deno.test("retire-overrides lists who does not say the version, and changes nothing", () =>
  withRepository(async (repository) => {
    const before = repository.texts;
    const first = await repository.retire("--yes");
    assertEquals(first.code, 3, first.stderr);
    assertEquals(
      first.stderr,
      `pgladder: Cannot retire the overrides of "${OPTION}": Not every host says ${OPTION} = "17":
  hosts/azusa/configuration: "15" in HOME/${AZUSA}:10 ${OPTION}
  hosts/carcosa/configuration: "13" by the default
  → Nothing was changed
`,
    );
    assertEquals(repository.texts, before);
    repository.upgrade("azusa", OPTION, "15");
    const second = await repository.retire("--yes");
    assertEquals(second.code, 3, second.stderr);
    assertStringIncludes(
      second.stderr,
      `"17":\n  hosts/carcosa/configuration: "13" by the default\n`,
    );
  }));

Deno.test({
  name: "Upgraded host by host, then retire-overrides: every value as it was",
  ignore: !HAS_NIX,
  fn: () =>
    withRepository(async (repository) => {
      const before = repository.texts;
      repository.upgrade("azusa", OPTION, "15");
      repository.upgrade("carcosa", OPTION, "13");
      assertEquals(
        repository.texts.get(CARCOSA),
        `${before.get(CARCOSA)}`.replace(
          "pleroma.enable = true;\n",
          (it) => `${it}  nixfiles.pleroma.postgresTag = "17";\n`,
        ),
      );
      const unasked = await repository.retire();
      assertEquals(unasked.code, 3, unasked.stderr);
      assertStringIncludes(unasked.stderr, "There is no terminal to ask on");
      const retired = await repository.retire("--yes");
      assertEquals(retired.code, 0, retired.stderr);
      assertStringIncludes(
        retired.stdout,
        `Nix parses each of these files as they will be.
Nix evaluates the same before and after: hosts/azusa/configuration "17", hosts/carcosa/configuration "17".`,
      );
      assertStringIncludes(
        retired.stdout,
        `-      default = "13"; # see "Upgrading PostgreSQL" before this is changed
+      default = "17"; # see "Upgrading PostgreSQL" before this is changed
`,
      );
      // The other module, and the host without this one, are as they were.
      before.set(
        OPTIONS,
        `${before.get(OPTIONS)}`.replace(`default = "13"`, `default = "17"`),
      );
      before.set(
        AZUSA,
        `${before.get(AZUSA)}`.replace(
          `    postgresTag = "15"; # since 2023\n`,
          "",
        ),
      );
      assertEquals(repository.texts, before);
      const again = await repository.retire("--yes");
      assertEquals(again.code, 0, again.stderr);
      assertStringIncludes(again.stdout, "Nothing to do");
    }),
});

Deno.test({
  name: "A value that Nix sees otherwise than we do is a reason to stop",
  ignore: !HAS_NIX,
  fn: () =>
    withRepository(async (repository) => {
      repository.upgrade("azusa", OPTION, "15");
      repository.upgrade("carcosa", OPTION, "13");
      // Below a computed name we do not see that it is set once more.
      const text = `${repository.texts.get(CARCOSA)}`;
      repository.write(
        CARCOSA,
        text.replace("imports = [", "imports = [ ./more.nix"),
      );
      repository.write(
        "hosts/carcosa/more.nix",
        `{ lib, ... }: let it = "pleroma"; in {
  nixfiles.\${it}.postgresTag = lib.mkDefault "13";
}
`,
      );
      const before = repository.texts;
      const { code, stderr } = await repository.retire("--yes");
      assertEquals(code, 3, stderr);
      assertStringIncludes(
        stderr,
        `Nix evaluates it to another value afterwards:
  hosts/carcosa/configuration: "17" → "13"`,
      );
      assertEquals(repository.texts, before);
    }),
});

Deno.test({
  name: "A file that is changed while Nix is asked is named, and stays so",
  ignore: !HAS_NIX,
  fn: () =>
    withRepository(async (repository) => {
      repository.upgrade("azusa", OPTION, "15");
      repository.upgrade("carcosa", OPTION, "13");
      const changed = `${repository.texts.get(OPTIONS)}# by somebody else\n`;
      const path = Deno.env.get("PATH") ?? "";
      const tools = join(repository.home, "tools");
      Deno.mkdirSync(tools);
      Deno.writeTextFileSync(
        join(tools, "nix-instantiate"),
        `#!/bin/sh
case "$*" in *--parse*) grep -q somebody "${
          join(repository.home, OPTIONS)
        }" || echo "# by somebody else" >> "${
          join(repository.home, OPTIONS)
        }" ;; esac
PATH="${path}" exec nix-instantiate "$@"
`,
        { mode: 0o755 },
      );
      Deno.env.set("PATH", `${tools}:${path}`);
      try {
        const refused = await repository.retire("--yes");
        assertEquals(refused.code, 3, refused.stderr);
        assertStringIncludes(
          refused.stderr,
          `pgladder: Cannot retire the overrides of "${OPTION}": "HOME/${OPTIONS}" was changed while pgladder was reading it; run the command again\n`,
        );
        assertEquals(repository.texts.get(OPTIONS), changed);
      } finally {
        Deno.env.set("PATH", path);
      }
    }),
});
