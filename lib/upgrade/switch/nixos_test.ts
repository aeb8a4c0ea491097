import { assertEquals } from "@std/assert";
import { EMPTY } from "../../../journal/fold.ts";
import type { Change } from "../../../journal/plan.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan } from "../../../tests/sample/plan.ts";
import { portsOf, QuietHost } from "../../../tests/sample/ports.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import type { Unit, UnitJob } from "../../port/units.ts";
import { WaitingError } from "../contract.ts";
import { sha256 } from "../../../journal/sha256.ts";
import { nixosSwitcher } from "./nixos.ts";
import { plannedRun } from "../../run/context.ts";

const HOST = "/etc/nixos/host.nix";
const MODULE = "/etc/nixos/db.nix";
const SCRIPT = "/nix/store/abc-unit-script/bin/start";
const ORIGINALS = "/srv/pleroma-db.pgladder/configuration-";

const TEXTS: Record<string, string> = {
  [HOST]: `{\n  services.db.tag = "15"; # größe 😀\n}\n`,
  [MODULE]: `{ a = "1"; volumes = [ "/srv/pleroma-db:/var/a" ]; b = "2"; }`,
};
const DONE: Record<string, string> = {
  [HOST]: TEXTS[HOST]?.replace("15", "17-bookworm") ?? "",
  [MODULE]: TEXTS[MODULE]?.replace("/var/a", "/v").replace("2", "22") ?? "",
};

function changeOf(file: string, ...edits: [string, string][]): Change {
  const before = TEXTS[file] ?? "";
  return {
    file,
    before: sha256(before),
    after: sha256(DONE[file] ?? ""),
    edits: edits.map(([old, wanted]) => {
      const start = before.indexOf(old);
      return { start, end: start + old.length, old, new: wanted };
    }),
  };
}

const CHANGES = [
  changeOf(HOST, ["15", "17-bookworm"]),
  changeOf(MODULE, ["/var/a", "/v"], ["2", "22"]),
];

interface Behaviour {
  /** What the rebuild brings, by the text of the host's file. */
  readonly rebuild?: (text: string) => "15" | "17";
  readonly code?: string;
  /** What Nix says of a text that is to be written. */
  readonly parse?: { code: number; stderr: string };
  readonly git?: string;
}

/** A NixOS with two files of configuration, and a rebuild. */
function hostWith(
  content: Record<string, string>,
  { code = "0", git = "", parse, rebuild }: Behaviour = {},
) {
  const files = new MemoryFiles(content);
  files.put("/srv/pleroma-db.pgladder/job/");
  const bring = (tag: string) =>
    files.put(
      SCRIPT,
      `#! /nix/store/x-bash/bin/bash -e\nexec podman run --name=pleroma-db -v /srv/pleroma-db:/var/lib/postgresql/data docker.io/library/postgres:${tag}`,
    );
  bring("15");
  const quiet = new QuietHost();
  const rebuilds: (UnitJob & { line: string | undefined })[] = [];
  const parsed: string[] = [];
  const unit: Partial<Unit> = { active: "inactive" };
  const plan = samplePlan();
  const context = {
    ...plannedRun(plan),
    state: EMPTY,
    ports: portsOf({
      files,
      host: Object.assign(quiet, {
        run: (_: readonly string[], text = "") => {
          parsed.push(text);
          return Promise.resolve({
            ...parse ?? { code: 0, stderr: "" },
            stdout: "",
          });
        },
      }),
      units: {
        reload: () => Promise.resolve(),
        remove: () => Promise.resolve(),
        commands: () => Promise.resolve([[SCRIPT]]),
        show: (names) =>
          Promise.resolve(new Map(names.map((name) => [name, unit as Unit]))),
        run: (job) => {
          const line = files.texts[job.env["PGLADDER_COMMAND_FILE"] ?? ""];
          rebuilds.push({ ...job, line });
          const text = files.texts[HOST] ?? "";
          bring((rebuild ?? ((it) => it.includes("17") ? "17" : "15"))(text));
          files.put(job.env["PGLADDER_LOG"] ?? "", "building\nactivating\n");
          files.put(job.env["PGLADDER_RESULT"] ?? "", `${code}\n`);
          return Promise.resolve();
        },
      },
    }),
  };
  const switcher = nixosSwitcher(plan, {
    kind: "nixos",
    changes: CHANGES,
    rebuild: "nixos-rebuild switch",
    git,
  });
  return {
    files,
    said: quiet.said,
    rebuilds,
    parsed,
    switcher,
    get configuration() {
      const { [HOST]: host, [MODULE]: module } = files.texts;
      return { [HOST]: host, [MODULE]: module };
    },
    apply: () => switcher.apply(context),
    undo: () => switcher.undo(context),
    isWritten: () => switcher.isWritten?.(context),
  };
}

Deno.test("Applied: both files changed, the originals kept, rebuilt", async () => {
  const host = hostWith(TEXTS);
  assertEquals(await host.isWritten(), false);
  await host.apply();
  assertEquals(host.configuration, DONE);
  assertEquals(host.files.texts[`${ORIGINALS}0.original`], TEXTS[HOST]);
  assertEquals(host.files.texts[`${ORIGINALS}1.original`], TEXTS[MODULE]);
  assertEquals(
    host.rebuilds.map(({ env, line }) => [line, env["PGLADDER_DIRECTION"]]),
    [["nixos-rebuild switch\n", "apply"]],
  );
  // Words and environment of a unit are shown to every user.
  const [{ command = [], env = {} } = {}] = host.rebuilds;
  const seen = JSON.stringify([command, env]);
  assertEquals(seen.includes("nixos-rebuild switch"), false);
  assertEquals(host.files.texts[env["PGLADDER_COMMAND_FILE"] ?? ""], undefined);
  assertEquals(host.parsed, [DONE[HOST], DONE[MODULE]]);
  assertEquals(host.said, ["      | building", "      | activating"]);
  assertEquals(await host.isWritten(), true);
});

Deno.test("Undone: the bytes are as they were, and it is rebuilt", async () => {
  const host = hostWith(TEXTS);
  await host.apply();
  await host.undo();
  assertEquals(host.configuration, TEXTS);
  assertEquals(await host.isWritten(), false);
  assertEquals(host.rebuilds[1]?.env["PGLADDER_DIRECTION"], "undo");
});

Deno.test("After a kill between the two files it goes on, up and down", async () => {
  for (
    const half of [{ ...TEXTS }, { ...TEXTS, [HOST]: DONE[HOST] }]
  ) {
    const up = hostWith(half as Record<string, string>);
    await up.apply();
    assertEquals(up.configuration, DONE);
    const down = hostWith(half as Record<string, string>);
    await down.undo();
    assertEquals(down.configuration, TEXTS);
  }
});

Deno.test("What someone else changed is left alone, and nothing else written", async () => {
  const theirs = { ...TEXTS, [MODULE]: "{ }" };
  const up = hostWith(theirs);
  assertEquals(
    (await rejectedBy(up.apply, WaitingError)).ask,
    `"${MODULE}" was changed by someone else since: change it yourself ("/var/a" → "/v", "2" → "22"). Then type "nixos-rebuild switch"`,
  );
  assertEquals(up.configuration, theirs);
  assertEquals(up.rebuilds, []);
  const down = hostWith({ ...DONE, [HOST]: "{ }" });
  assertEquals(
    (await rejectedBy(down.undo, WaitingError)).ask,
    `"${HOST}" was changed by someone else since: change it yourself ("17-bookworm" → "15"). Then type "nixos-rebuild switch"`,
  );
  assertEquals(down.configuration, { ...DONE, [HOST]: "{ }" });
  const gone = hostWith({ [HOST]: TEXTS[HOST] ?? "" });
  assertEquals(
    (await rejectedBy(gone.apply, WaitingError)).ask,
    `"${MODULE}" is gone: make the configuration say "/var/a" → "/v", "2" → "22". Then type "nixos-rebuild switch"`,
  );
});

Deno.test("What Nix does not read is not written", async () => {
  const host = hostWith(TEXTS, {
    parse: { code: 1, stderr: "error: syntax error\n" },
  });
  assertEquals(
    (await rejectedBy(host.apply, Error)).message,
    `"${HOST}" would not be valid Nix any more: error: syntax error`,
  );
  assertEquals(host.configuration, TEXTS);
  // Where there is no Nix, the rebuild is another machine's.
  const remote = hostWith(TEXTS, { parse: { code: 127, stderr: "" } });
  await remote.apply();
  assertEquals(remote.configuration, DONE);
});

Deno.test("A rebuild that did not bring it is a failure, whatever its exit code", async () => {
  const host = hostWith(TEXTS, { rebuild: () => "15" });
  assertEquals(
    (await rejectedBy(host.apply, Error)).message,
    `podman-pleroma-db.service would run docker.io/library/postgres:15 with the volume at /var/lib/postgresql/data after "nixos-rebuild switch" ended with 0 (log: /srv/pleroma-db.pgladder/job/switch-apply.log): building | activating`,
  );
});

Deno.test("A rebuild that brought it is none, though other units failed", async () => {
  const host = hostWith(TEXTS, { code: "4" });
  await host.apply();
  assertEquals(
    host.said.at(-1),
    `      podman-pleroma-db.service would run docker.io/library/postgres:17 with the volume at /var/lib/postgresql/data, though "nixos-rebuild switch" ended with 4 (log: /srv/pleroma-db.pgladder/job/switch-apply.log): building | activating`,
  );
});

Deno.test("Of a clean working tree it says what to commit", async () => {
  const host = hostWith(TEXTS, { git: "/etc/nixos" });
  await host.apply();
  assertEquals(
    host.said.at(-1),
    `      The configuration's working tree was clean. Commit this: git -C /etc/nixos commit -m "pleroma-db: PostgreSQL 17.6" -- host.nix db.nix`,
  );
});
