import { assertEquals } from "@std/assert";
import { sampleFacts, sampleLive } from "../../../tests/sample/found.ts";
import { portsOf, QuietHost } from "../../../tests/sample/ports.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { Failure } from "../../base/failure.ts";
import type { Output } from "../../port/containers.ts";
import { askServer } from "./server.ts";

const { container } = sampleFacts();

/** Asks a server that answers so; what was run is kept. */
function ask(answer: Partial<Output>, env: Record<string, string> = {}) {
  const ran: (readonly string[])[] = [];
  const ports = portsOf({
    files: { readText: () => Promise.resolve("select 1") },
    containers: {
      exec: (_name, command) => {
        ran.push(command);
        return Promise.resolve({ code: 0, stdout: "", stderr: "", ...answer });
      },
    },
  });
  return { ran, live: () => askServer({ ...container, env }, ports) };
}

Deno.test("What the server says of itself is read, more than that does no harm", async () => {
  const stdout = JSON.stringify({ ...sampleLive(), since: "2.0.0" });
  const { live, ran } = ask({ stdout });
  assertEquals(await live(), { ...sampleLive(), since: "2.0.0" });
  assertEquals(ran.length, 1);
});

Deno.test("The superuser is who the container's environment says", async () => {
  const stdout = JSON.stringify(sampleLive());
  for (
    const [env, user] of [
      [{}, "postgres"],
      [{ POSTGRES_USER: "" }, "postgres"],
      [{ POSTGRES_USER: 'o"dd $user' }, 'o"dd $user'],
    ] as const
  ) {
    const { live, ran } = ask({ stdout }, env);
    await live();
    assertEquals(ran[0]?.includes(user), true);
  }
});

Deno.test("The superuser's name is read where the image reads it, or is given", async () => {
  const asked: (readonly string[])[] = [];
  const ports = portsOf({
    files: { readText: () => Promise.resolve("select 1") },
    containers: {
      exec: (_name, command) => {
        asked.push(command);
        const stdout = command[0] === "head"
          ? "keeper\n"
          : JSON.stringify(sampleLive());
        return Promise.resolve({ code: 0, stdout, stderr: "" });
      },
    },
  });
  const env = { POSTGRES_USER_FILE: "/run/secrets/user" };
  await askServer({ ...container, env }, ports);
  assertEquals(asked[0], ["head", "-c", "64", "--", "/run/secrets/user"]);
  assertEquals(asked[1]?.includes("keeper"), true);
  asked.length = 0;
  await askServer({ ...container, env }, ports, "boss");
  assertEquals([asked.length, asked[0]?.includes("boss")], [1, true]);
});

Deno.test("No secret of the container is in the words that are run", async () => {
  const { live, ran } = ask({ stdout: JSON.stringify(sampleLive()) }, {
    POSTGRES_PASSWORD: "canary-secret",
  });
  await live();
  assertEquals(JSON.stringify(ran).includes("canary-secret"), false);
});

Deno.test("A server that does not answer is named with its first reason", async () => {
  const { live } = ask({
    code: 2,
    stderr: 'psql: error: FATAL:  role "postgres" does not exist\nmore\n',
  });
  const { exit, hint, message } = await rejectedBy(live, Failure);
  assertEquals(
    message,
    'Cannot ask the server in "pleroma-db": it does not answer as superuser "postgres" (psql: error: FATAL:  role "postgres" does not exist)',
  );
  assertEquals(exit, 3);
  assertEquals(
    hint,
    "Nothing was changed. Name its superuser with --superuser",
  );
});

Deno.test("An answer that is not understood says which part", async () => {
  const { walSegmentMb: _, ...less } = sampleLive();
  const { message } = await rejectedBy(
    ask({ stdout: JSON.stringify(less) }).live,
    Failure,
  );
  assertEquals(
    message,
    'Cannot ask the server in "pleroma-db": its answer is not understood: Invalid key: Expected "walSegmentMb" but received undefined at "walSegmentMb"',
  );
});

const SOCKET =
  'psql: error: connection to server on socket "/run/postgresql/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n';

/** Says these things one after the other, and the last one for ever. */
function starting(...said: string[]) {
  const host = new QuietHost();
  const stdout = JSON.stringify(sampleLive());
  const exec = () => {
    const stderr = (said.length > 1 ? said.shift() : said[0]) ?? "";
    return Promise.resolve({ code: stderr === "" ? 0 : 2, stdout, stderr });
  };
  const ports = portsOf({
    files: { readText: () => Promise.resolve("select 1") },
    containers: { exec },
    host,
  });
  return { host, live: () => askServer({ ...container, env: {} }, ports) };
}

Deno.test("A server that is still starting is waited for", async () => {
  const { live } = starting(
    SOCKET,
    "psql: error: FATAL:  the database system is starting up\n",
    "psql: error: FATAL:  the database system is not yet accepting connections\n",
    "",
  );
  assertEquals((await live()).version, sampleLive().version);
});

Deno.test("One that stays so is not waited for any longer, and no superuser is asked for", async () => {
  const { host, live } = starting(SOCKET);
  const { hint, message } = await rejectedBy(live, Failure);
  assertEquals(host.now().ms, 80_000);
  assertEquals(
    message.slice(0, 67),
    'Cannot ask the server in "pleroma-db": no server listens in it yet ',
  );
  assertEquals(
    hint,
    "Nothing was changed. Its log says what it is at (podman or docker: logs --tail 20 pleroma-db). Type the same again once it is ready; if it is no database, name the one that is",
  );
});
