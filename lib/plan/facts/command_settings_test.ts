import { assertEquals } from "@std/assert";
import { loadedBy, settingsOfCommand } from "./command_settings.ts";

const loaded = (...words: string[]) =>
  loadedBy(settingsOfCommand(["postgres", ...words]));

Deno.test("What a container's command loads is read in each way that postgres takes", () => {
  assertEquals(loaded("-c", "shared_preload_libraries=vectors.so"), [
    ["shared_preload_libraries", "vectors.so"],
  ]);
  assertEquals(loaded("-cshared_preload_libraries=a,b", "-c", "work_mem=4MB"), [
    ["shared_preload_libraries", "a,b"],
  ]);
  assertEquals(
    loaded("--shared-preload-libraries=pg_cron", "--cron.database_name=app"),
    [["shared_preload_libraries", "pg_cron"], ["cron.database_name", "app"]],
  );
});

Deno.test("The last one counts, and what may be a secret is not read", () => {
  assertEquals(
    loaded(
      ...["-c", "session_preload_libraries=a"],
      ...["-c", "session_preload_libraries="],
      ...["-c", "my.password=hunter2", "-c", "pgaudit.log=all", "-c"],
    ),
    [],
  );
});
