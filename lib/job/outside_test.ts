import { assertEquals } from "@std/assert";
import { toBase64 } from "../base/base64.ts";
import { portsOf } from "../../tests/sample/ports.ts";
import { askOutside, bringsAlong, filesOf, type Outside } from "./outside.ts";

const sample = (
  settings: Outside["settings"],
  change: Partial<Outside> = {},
): Outside => ({
  settings,
  hba: "local all all md5\n",
  ident: null,
  dataDirectory: "/bitnami/postgresql/data",
  port: 5432,
  ...change,
});

Deno.test("Settings become lines that a server reads as they were", () => {
  const files = filesOf(
    sample([["log_line_prefix", "a'b\\c\nd"], ["work_mem", "9MB"]], {
      ident: "m a b\n",
    }),
  );
  assertEquals(files, {
    "postgresql.conf": "log_line_prefix = 'a''b\\\\c\\nd'\nwork_mem = '9MB'\n",
    "pg_hba.conf": "local all all md5\n",
    "pg_ident.conf": "m a b\n",
  });
});

Deno.test("What names a file of the image stays there; what names the data comes along", () => {
  const { left, settings } = bringsAlong(sample([
    ["log_directory", "/opt/bitnami/postgresql/logs"],
    ["hba_file", "/opt/bitnami/postgresql/conf/pg_hba.conf"],
    ["stats_temp_directory", "/bitnami/postgresql/data/tmp"],
    ["x\nlisten_addresses = '*'\n", "1"],
    ["port", "5432"],
  ]));
  assertEquals(left, ["log_directory"]);
  assertEquals(settings.map(([name]) => name), [
    "stats_temp_directory",
    "port",
  ]);
});

const asked = (stdout: string, code = 0) =>
  askOutside(
    { container: "db", superuser: "postgres" },
    portsOf({
      files: { readText: () => Promise.resolve("select 1") },
      containers: {
        exec: () => Promise.resolve({ code, stdout, stderr: "" }),
      },
    }),
  );

Deno.test("What is no answer, or no text, is nothing", async () => {
  const answer = (hba: string) => JSON.stringify({ ...sample([]), hba });
  assertEquals((await asked(answer(toBase64("a\n"))))?.hba, "a\n");
  assertEquals(await asked(answer(toBase64("a\n")), 2), undefined);
  assertEquals(await asked(answer("/w==")), undefined);
  assertEquals(await asked("psql: error"), undefined);
});
