import { assertEquals } from "@std/assert";
import { portsOf } from "../../../tests/sample/ports.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { Failure } from "../../base/failure.ts";
import { requireContainer } from "./container.ts";

/** The monitor of a container, as `ps` shows it. */
const monitor = (user: string, name: string) =>
  `${
    user.padEnd(64)
  } /usr/bin/conmon --api-version 1 -c 5f1e -r /usr/bin/crun -n ${name} --exit-command podman`;

const failureWith = (lines: readonly string[], code = 0) =>
  rejectedBy(
    () =>
      requireContainer(
        "db",
        portsOf({
          host: {
            run: () =>
              Promise.resolve({ code, stdout: lines.join("\n"), stderr: "" }),
          },
          containers: {
            inspect: () => Promise.resolve(undefined),
            running: () => Promise.resolve(["web"]),
          },
          units: { show: () => Promise.resolve(new Map()) },
        }),
      ),
    Failure,
  );

Deno.test("A container of a user's own podman is recognised", async () => {
  const failure = await failureWith([
    monitor("bob", "dbx"),
    monitor("alice", "db"),
  ]);
  assertEquals(
    [failure.code, failure.message, failure.exit],
    [
      "rootless",
      'Cannot upgrade "db": the rootless podman of user "alice" runs it, and root sees neither it nor its image',
      3,
    ],
  );
});

Deno.test("Neither another's container nor one of root's is taken for it", async () => {
  const found = [
    await failureWith([
      monitor("alice", "dbx"),
      monitor("root", "db"),
      "bob /usr/bin/vi -n db",
      "",
    ]),
    await failureWith([], 127),
  ];
  for (const { code, hint } of found) {
    assertEquals([code, hint], ["no-container", "Running are: web"]);
  }
});
