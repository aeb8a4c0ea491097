import { searchPath } from "./programs.ts";

/**
 * What must not reach a child: with systemd's variables podman puts conmon
 * into our own control group, where it dies with us; a shell's would run code.
 */
const FORBIDDEN =
  /^(INVOCATION_ID|NOTIFY_SOCKET|WATCHDOG_\w+|LISTEN_\w+|JOURNAL_STREAM|MAINPID|MANAGERPID\w*|SYSTEMD_EXEC_PID|MEMORY_PRESSURE_\w+|PODMAN_SYSTEMD_UNIT|BASH_ENV|ENV|CDPATH|SHELLOPTS|BASHOPTS|BASH_FUNC_.*|POSIXLY_CORRECT|LANGUAGE|TAR_OPTIONS|LS_COLORS|ZX_\w+)$/;

/** The environment of a child. */
export function childEnvironment(
  added: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const inherited = Object.entries(Deno.env.toObject())
    .filter(([name]) => !FORBIDDEN.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: searchPath(),
    LC_ALL: "C.UTF-8",
    ...added,
  };
}
