import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  AZUSA,
  CARCOSA,
  HAS_NIX,
  OPTION,
  OPTIONS,
  withRepository,
} from "../../../tests/sample/nix_repository.ts";

/** Hosts that are left out, or taken by a person's word. */

const CARCOSA_HOST = "hosts/carcosa/configuration";
const UNEVALUATED = '(throw "no such secret") ';

Deno.test({
  name:
    "A host that Nix cannot evaluate is left out, or taken by a person's word",
  ignore: !HAS_NIX,
  fn: () =>
    withRepository(async (repository) => {
      repository.upgrade("azusa", OPTION, "15");
      repository.write(
        CARCOSA,
        `${repository.texts.get(CARCOSA)}`
          .replace("imports = [ ", (it) => it + UNEVALUATED),
      );
      const before = repository.texts;
      const refused = await repository.retire("--yes");
      assertEquals(refused.code, 3, refused.stderr);
      assertStringIncludes(
        refused.stderr,
        `not evaluated: ${CARCOSA_HOST} (error: no such secret)`,
      );
      const behind = await repository
        .retire("--yes", "--assume", `${CARCOSA_HOST}=15`);
      assertEquals(behind.code, 3, behind.stderr);
      assertStringIncludes(behind.stderr, `\n  ${CARCOSA_HOST}: "15"`);
      assertEquals(repository.texts, before);
      const after = new Map(before);
      after.set(
        OPTIONS,
        `${before.get(OPTIONS)}`.replace(`default = "13"`, `default = "17"`),
      );
      after.set(
        AZUSA,
        `${before.get(AZUSA)}`
          .replace(`    postgresTag = "17"; # since 2023\n`, ""),
      );
      for (
        const [words, told] of [
          [
            ["--assume", `${CARCOSA_HOST}=17`],
            `By --assume: ${CARCOSA_HOST} "17".\n`,
          ],
          [
            ["--except", CARCOSA_HOST],
            `Left out by --except: ${CARCOSA_HOST}. Who goes by the default gets "17" there at the next rebuild.\n`,
          ],
        ] as const
      ) {
        for (const [name, text] of before) repository.write(name, text);
        const done = await repository.retire("--yes", ...words);
        assertEquals(done.code, 0, done.stderr);
        assertStringIncludes(done.stdout, told);
        assertStringIncludes(
          done.stdout,
          `Nix evaluates the same before and after: hosts/azusa/configuration "17".`,
        );
        assertEquals(repository.texts, after);
      }
    }),
});

Deno.test({
  name: "Where Nix can tell, a person's word that differs is a reason to stop",
  ignore: !HAS_NIX,
  fn: () =>
    withRepository(async (repository) => {
      repository.upgrade("azusa", OPTION, "15");
      const before = repository.texts;
      const word = await repository
        .retire("--yes", "--assume", `${CARCOSA_HOST}=17`);
      assertEquals(word.code, 3, word.stderr);
      assertStringIncludes(
        word.stderr,
        `--assume ${CARCOSA_HOST}=17, and Nix evaluates it to "13"`,
      );
      assertEquals(repository.texts, before);
    }),
});

Deno.test("--except and --assume take the names of hosts and nothing else", () =>
  withRepository(async (repository) => {
    const hosts = ["azusa", "carcosa", "nyarlathotep"]
      .map((it) => `hosts/${it}/configuration`).join(", ");
    const strange = `pgladder: There is no host "web9"\n  → Hosts: ${hosts}\n`;
    for (
      const [words, told] of [
        [["--except", "web9"], strange],
        [["--assume", "web9=17"], strange],
        [
          ["--assume", "web9"],
          `pgladder: --assume cannot be "web9"\n  → It is HOST=VALUE, such as --assume web1=17\n`,
        ],
      ] as const
    ) {
      const { code, stderr } = await repository.retire("--yes", ...words);
      assertEquals({ code, stderr }, { code: 2, stderr: told });
    }
  }));

Deno.test({
  name: "A link is another name of a host's file, or a reason to refuse",
  ignore: !HAS_NIX,
  fn: () =>
    withRepository(async (repository) => {
      repository.upgrade("azusa", OPTION, "15");
      repository.upgrade("carcosa", OPTION, "13");
      const before = repository.texts;
      const link = (target: string) => {
        Deno.symlinkSync(target, `${repository.home}/configuration.nix`);
      };
      link(`${repository.home}/${CARCOSA}`);
      const refused = await repository.retire("--yes");
      assertEquals(refused.code, 3, refused.stderr);
      assertStringIncludes(
        refused.stderr,
        `"HOME/configuration.nix" is a link, and was not read`,
      );
      Deno.removeSync(`${repository.home}/configuration.nix`);
      assertEquals(repository.texts, before);
      link(CARCOSA);
      const done = await repository.retire("--yes");
      assertEquals(done.code, 0, done.stderr);
      assertStringIncludes(
        done.stdout,
        `Nix evaluates the same before and after: hosts/azusa/configuration "17", hosts/carcosa/configuration "17".`,
      );
      assertEquals(
        Deno.readLinkSync(`${repository.home}/configuration.nix`),
        CARCOSA,
      );
    }),
});
