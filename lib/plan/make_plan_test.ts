import { assertEquals } from "@std/assert";
import * as v from "valibot";
import { PlanSchema } from "../../journal/plan.ts";
import {
  sampleFacts,
  sampleLive,
  sampleSettings,
  sampleUnit,
} from "../../tests/sample/found.ts";
import { samplePlan } from "../../tests/sample/plan.ts";
import { type Identity, initdbArgs, makePlan } from "./make_plan.ts";

const IDENTITY: Identity = {
  run: "20260102-030405-a1b2",
  tool: "0.1.0",
  host: "db1",
  asked: ["upgrade", "pleroma-db", "--to", "17"],
  runtime: "podman",
  program: "/usr/bin/podman",
};

Deno.test("The plan is facts, settings and identity, and stands in a journal", () => {
  const plan = makePlan(sampleFacts(), sampleSettings(), IDENTITY, "1002");
  assertEquals(plan, samplePlan({ bytes: 2 * 1024 ** 3 }));
  assertEquals(v.parse(PlanSchema, JSON.parse(JSON.stringify(plan))), plan);
});

Deno.test("A plan that is only shown has no state directory yet", () => {
  const plan = makePlan(sampleFacts(), sampleSettings(), IDENTITY);
  assertEquals(plan.state, {
    path: "/srv/pleroma-db.pgladder",
    inode: "none yet",
  });
});

Deno.test("That no systemd runs the host stands in the plan", () => {
  const planOf = (withoutSystemd: boolean) =>
    makePlan(
      sampleFacts({
        unit: undefined,
        unmanaged: {
          restart: "always",
          blocker: undefined,
          ...(withoutSystemd ? { withoutSystemd } : {}),
        },
      }),
      sampleSettings(),
      IDENTITY,
      "1002",
    );
  const { withoutSystemd, ...rest } = planOf(true);
  assertEquals(withoutSystemd, true);
  assertEquals(rest, planOf(false));
  const told = JSON.parse(JSON.stringify(planOf(true)));
  assertEquals(v.parse(PlanSchema, told), planOf(true));
});

Deno.test("What cannot be upgraded has a plan to be shown, too", () => {
  const facts = sampleFacts({
    unit: undefined,
    volumeFile: undefined,
    volume: "/srv/none",
  });
  const plan = makePlan(facts, sampleSettings(), IDENTITY);
  assertEquals(plan.unit, "no unit");
  assertEquals(plan.volume.inode, "none");
  assertEquals(v.is(PlanSchema, plan), true);
});

Deno.test("The switch that was chosen", () => {
  const switchOf = (...args: Parameters<typeof sampleSettings>) =>
    makePlan(sampleFacts(), sampleSettings(...args), IDENTITY).switch;
  assertEquals(switchOf({ switch: "manual" }), { kind: "manual" });
  assertEquals(switchOf({ switch: "unit" }), {
    kind: "unit",
    file: sampleUnit().fragment,
  });
  assertEquals(switchOf({ switch: "command", switchCommand: "a 'b' c" }), {
    kind: "command",
    command: "a 'b' c",
  });
});

Deno.test("A job reckons with half of the memory that is there", () => {
  const plan = makePlan(
    sampleFacts({ memoryMb: 1001 }),
    sampleSettings(),
    IDENTITY,
  );
  assertEquals(plan.memoryMb, 500);
});

type Live = Parameters<typeof sampleLive>[0];

const INITDB: readonly (readonly [string, Live, number, string])[] = [
  [
    "a common one",
    {},
    17,
    "--encoding=UTF8 --lc-collate=en_US.utf8 --lc-ctype=en_US.utf8 --wal-segsize=16",
  ],
  [
    "as Synapse wants it",
    { collate: "C", ctype: "C" },
    17,
    "--encoding=UTF8 --lc-collate=C --lc-ctype=C --wal-segsize=16",
  ],
  [
    "with checksums",
    { checksums: true },
    17,
    "--encoding=UTF8 --lc-collate=en_US.utf8 --lc-ctype=en_US.utf8 --wal-segsize=16 --data-checksums",
  ],
  [
    "18, whose default is checksums, with them",
    { checksums: true },
    18,
    "--encoding=UTF8 --lc-collate=en_US.utf8 --lc-ctype=en_US.utf8 --wal-segsize=16 --data-checksums",
  ],
  [
    "18 without them, as the old cluster had none",
    { checksums: false },
    18,
    "--encoding=UTF8 --lc-collate=en_US.utf8 --lc-ctype=en_US.utf8 --wal-segsize=16 --no-data-checksums",
  ],
  [
    "ICU",
    { provider: "i", locale: "de-u-co-phonebk" },
    17,
    "--encoding=UTF8 --lc-collate=en_US.utf8 --lc-ctype=en_US.utf8 --wal-segsize=16 --locale-provider=icu --icu-locale=de-u-co-phonebk",
  ],
  [
    "the builtin provider",
    { provider: "b", locale: "C.UTF-8", collate: "C", ctype: "C" },
    17,
    "--encoding=UTF8 --lc-collate=C --lc-ctype=C --wal-segsize=16 --locale-provider=builtin --builtin-locale=C.UTF-8",
  ],
  [
    "before 15, where no provider is told",
    { provider: null },
    17,
    "--encoding=UTF8 --lc-collate=en_US.utf8 --lc-ctype=en_US.utf8 --wal-segsize=16",
  ],
  [
    "other segments and encodings",
    { walSegmentMb: 64, encoding: "EUC_JIS_2004", collate: "ja_JP.eucjp" },
    17,
    "--encoding=EUC_JIS_2004 --lc-collate=ja_JP.eucjp --lc-ctype=en_US.utf8 --wal-segsize=64",
  ],
  [
    "names that a shell would take apart",
    {
      collate: "sr_RS@latin",
      ctype: 'it\'s $(odd) `locale` "name"; \\ * ~',
      provider: "i",
      locale: "und-u-kn'; reboot",
    },
    17,
    "--encoding=UTF8 --lc-collate=sr_RS@latin '--lc-ctype=it'\\''s $(odd) `locale` \"name\"; \\ * ~' --wal-segsize=16 --locale-provider=icu '--icu-locale=und-u-kn'\\''; reboot'",
  ],
  [
    "names with letters of their own",
    { collate: "Norwegian (Bokmål)_Norway" },
    17,
    "--encoding=UTF8 '--lc-collate=Norwegian (Bokmål)_Norway' --lc-ctype=en_US.utf8 --wal-segsize=16",
  ],
];

for (const [what, live, major, args] of INITDB) {
  Deno.test(`initdb of ${major}: ${what}`, () => {
    assertEquals(initdbArgs(sampleLive(live), major), args);
  });
}

Deno.test("A shell's eval gives initdb each word as it was", () => {
  const odd = 'it\'s $(echo x) `id` "q"\n; \\ * ~ $HOME ü';
  const args = initdbArgs(sampleLive({ collate: odd, ctype: odd }), 17);
  // As the image's entrypoint does it.
  const script = `eval 'printf "%s\\0" '"$POSTGRES_INITDB_ARGS"`;
  const { stdout } = new Deno.Command("bash", {
    args: ["-c", script],
    env: { POSTGRES_INITDB_ARGS: args },
  }).outputSync();
  assertEquals(new TextDecoder().decode(stdout).split("\0"), [
    "--encoding=UTF8",
    `--lc-collate=${odd}`,
    `--lc-ctype=${odd}`,
    "--wal-segsize=16",
    "",
  ]);
});

Deno.test("Of a container that a unit runs, too, the plan tells which project made it", () => {
  const { container } = sampleFacts();
  const label = "com.docker.compose";
  const labels = {
    [`${label}.project`]: "forum",
    [`${label}.service`]: "db",
    [`${label}.project.working_dir`]: "/srv/forum",
    [`${label}.project.config_files`]: "/srv/forum/compose.yaml",
  };
  const plan = makePlan(
    sampleFacts({ container: { ...container, labels } }),
    sampleSettings(),
    IDENTITY,
  );
  assertEquals(plan.restart, undefined);
  assertEquals(plan.maker?.files, ["/srv/forum/compose.yaml"]);
});
