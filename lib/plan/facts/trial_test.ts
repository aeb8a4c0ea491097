import { assertEquals } from "@std/assert";
import {
  sampleFacts,
  sampleInside,
  sampleLive,
} from "../../../tests/sample/found.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { fromBase64, toBase64 } from "../../base/base64.ts";
import type { Container } from "../../port/containers.ts";
import { askedOfImage, untoldSettings } from "./untold_settings.ts";
import { tryImage } from "./trial.ts";

const { container, to } = sampleFacts();

const CRON = sampleInside({
  name: "app",
  extensionSchemas: [
    { extension: "plpgsql", schema: "pg_catalog", version: "1.0" },
    { extension: "pg_cron", schema: "public", version: "1.4" },
  ],
  libraries: [["$libdir/pg_cron", "pg_cron", true]],
  configured: [
    ["pg_cron", "cron", "job", ["jobid", "odd:one"]],
    ["plpgsql", "of", "nobody", ["n"]],
  ],
  routineSettings: [["my app.odd", "public.f(integer)"]],
});
const LIVE = sampleLive({
  loading: [
    ["shared_preload_libraries", "pg_cron", true],
    ["cron.database_name", "app", true],
    ["vault.key", "secret", true],
  ],
  given: [
    ["shared_preload_libraries", "command line", null],
    ["cron.database_name", "configuration file", "/etc/cron.conf"],
  ],
});

async function triedWith(
  stdout: string,
  databases = [CRON, { ...CRON, name: "other" }],
  server = LIVE,
) {
  const asked: unknown[][] = [];
  const trial = await tryImage(
    { databases, server, to, asked: askedOfImage({ ...SUBJECT, server }) },
    portsOf({
      files: { readText: () => Promise.resolve("script") },
      containers: {
        probe: (...words) => {
          asked.push(words);
          return Promise.resolve({ code: 0, stdout, stderr: "" });
        },
      },
    }),
  );
  return { asked, trial };
}

const SUBJECT = {
  container,
  server: LIVE,
  commands: { from: ["postgres"], to: ["postgres"] },
};

Deno.test("Each thing is tried once, as the image's own user, and no value that may be a secret is a word", async () => {
  const { asked: [words = []] } = await triedWith("done\n");
  const [image, command, user] = words;
  assertEquals([image, user], [to.id, `${to.uid}:${to.gid}`]);
  const [, , , , encoding, ...items] = command as string[];
  assertEquals(encoding, "UTF8");
  assertEquals(
    items.map((it) =>
      it.split(":").map((word, at) => at === 0 ? word : fromBase64(word))
    ),
    [
      ["make", "app", "pg_cron", "public"],
      ["take", "app", "cron", "job", "jobid", "odd:one"],
      ["load", "$libdir/pg_cron"],
      ["know", "my app.odd"],
      ["ask", "cron.database_name", "/etc/cron.conf"],
      ["set", "shared_preload_libraries", "pg_cron"],
      ["set", "cron.database_name", "app"],
    ],
  );
});

Deno.test("What it prints is told of what was tried, and is safe to show", async () => {
  const said = toBase64("no\u001b[2J");
  assertEquals(
    (await triedWith(
      `failed 0 ${said}\nfailed 1 ${said}\nfailed 2 ${said}\nfailed 3 ${said}\nsaid 4 ${
        toBase64("app")
      }\ndone\n`,
    )).trial,
    {
      unmade: [{ name: "pg_cron", database: "app", said: "no\\u001b[2J" }],
      misshapen: [{
        name: "cron.job",
        database: "app",
        said: "no\\u001b[2J",
      }],
      unloaded: [{
        name: "$libdir/pg_cron",
        database: "app",
        said: "no\\u001b[2J",
      }],
      unknown: [{
        name: "my app.odd",
        database: "app",
        said: "no\\u001b[2J",
        routine: "public.f(integer)",
      }],
      told: { "cron.database_name": "app" },
    },
  );
});

Deno.test("A server that did not start, and a container that ended early, are no success", async () => {
  const none = {
    unmade: [],
    unloaded: [],
    misshapen: [],
    unknown: [],
    told: {},
  };
  assertEquals((await triedWith(`server ${toBase64("why")}\n`)).trial, {
    ...none,
    server: "why",
  });
  assertEquals((await triedWith(`unable ${toBase64("full")}\n`)).trial, {
    ...none,
    unable: "full",
  });
  for (const printed of ["", "failed 7 !\nfailed x\n"]) {
    assertEquals((await triedWith(printed)).trial, {
      ...none,
      unable: "its container has ended before",
    });
  }
});

Deno.test("Where nothing of the old server asks for it, no container is started", async () => {
  const { asked, trial } = await triedWith(
    "",
    [sampleInside({
      extensionSchemas: [
        { extension: "plpgsql", schema: "pg_catalog", version: "1.0" },
      ],
    })],
    sampleLive(),
  );
  assertEquals([asked, trial], [[], undefined]);
});

/** Of pg_cron's, where the container and the images are those. */
const lostOf = (
  change: Partial<Container>,
  commands: { from: string[]; to: string[] },
  told: Record<string, string> = {},
) =>
  untoldSettings(
    { server: LIVE, commands, container: { ...container, ...change } },
    { unmade: [], unloaded: [], misshapen: [], unknown: [], told },
  ).map(({ instead, name }) => `${name}=${instead}`);

const PRELOADING = ["postgres", "-c", "shared_preload_libraries=pg_cron"];

Deno.test("What the container's own command says stays, what its image says goes with that", () => {
  const command = PRELOADING;
  const plain = ["postgres"];
  const told = { "cron.database_name": "app" };
  assertEquals(lostOf({ command }, { from: plain, to: plain }, told), []);
  assertEquals(lostOf({ command }, { from: command, to: command }, told), []);
  assertEquals(lostOf({ command }, { from: command, to: plain }, told), [
    "shared_preload_libraries=",
  ]);
});

Deno.test("A file of the image is another one in the new image, a mounted one stays", () => {
  const command = PRELOADING;
  const commands = { from: ["postgres"], to: ["postgres"] };
  assertEquals(
    lostOf({ command }, commands, { "cron.database_name": "postgres" }),
    ["cron.database_name=postgres"],
  );
  assertEquals(lostOf({ command }, commands), ["cron.database_name="]);
  const mounts = [{
    ...{ kind: "bind" as const, name: "", source: "/srv/etc" },
    mountPath: "/etc",
  }];
  assertEquals(lostOf({ command, mounts }, commands), []);
  assertEquals(
    askedOfImage({ ...SUBJECT, container: { ...container, mounts } }),
    [],
  );
});
