import { assertEquals } from "@std/assert";
import { sampleFacts } from "../../../tests/sample/found.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { Failure } from "../../base/failure.ts";
import type { Container } from "../../port/containers.ts";
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
            running: () =>
              Promise.resolve([
                "pgladder-20260102-030405-ab12-hold-from",
                "web",
              ]),
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
    assertEquals([code, hint], [
      "no-container",
      'Running: web. "pgladder status CONTAINER" says what became of another one',
    ]);
  }
});

/** "db" does not run; its data are of 15. */
const notRunning = (change: Partial<Container>, version = "15") =>
  rejectedBy(
    () =>
      requireContainer(
        "db",
        portsOf({
          host: {
            run: () => Promise.resolve({ code: 0, stdout: "", stderr: "" }),
          },
          containers: {
            inspect: () =>
              Promise.resolve({
                ...sampleFacts().container,
                name: "db",
                image: "docker.io/library/postgres:17-alpine",
                running: false,
                pid: 0,
                ...change,
              }),
            image: (id) =>
              Promise.resolve({
                id,
                digest: "",
                env: { PG_MAJOR: "17" },
                volumes: [],
              }),
            running: () => Promise.resolve(["db"]),
          },
          files: {
            list: () => Promise.resolve(["base"]),
            look: () => Promise.resolve(undefined),
          },
          clusters: {
            look: (path) =>
              Promise.resolve(
                path === "/srv/pleroma-db"
                  ? { version, control: undefined, server: "" }
                  : undefined,
              ),
          },
          units: { show: () => Promise.resolve(new Map()) },
        }),
      ),
    Failure,
  );

Deno.test("What is between two restarts is told with its version and that of its data", async () => {
  const failure = await notRunning({ status: "restarting" });
  assertEquals([failure.code, failure.message, failure.hint, failure.exit], [
    "not-running",
    'Cannot upgrade "db": it is between two restarts; docker.io/library/postgres:17-alpine is PostgreSQL 17, its data in "/srv/pleroma-db" are of 15',
    'PostgreSQL 17 does not start on data of 15. Name an image of 15 again where "db" is made (docker.io/library/postgres:15-alpine), bring it up, then type "pgladder plan db --to 17". See "pgladder status db"',
    3,
  ]);
});

Deno.test("What is stopped, or was never started, is told as that", async () => {
  const said = [];
  for (const status of ["exited", "created", "wedged"]) {
    const { hint, message } = await notRunning({ status }, "17");
    said.push(/"db": (.*?);/.exec(message)?.[1]);
    assertEquals(
      hint,
      'Its log says why it stopped (podman or docker: logs --tail 50 db). Start it, then type the same again. See "pgladder status db"',
    );
  }
  assertEquals(said, [
    "it is stopped",
    "it was made and never started",
    'its runtime calls it "wedged"',
  ]);
});

Deno.test("Of data that are closed no version is told", async () => {
  const { message } = await notRunning({ status: "exited" }, "closed by …");
  assertEquals(
    message,
    'Cannot upgrade "db": it is stopped; docker.io/library/postgres:17-alpine is PostgreSQL 17',
  );
});
