import { assert, assertEquals } from "@std/assert";
import { thrownBy } from "../../tests/sample/thrown.ts";
import { choose, readArgs, wholeNumber, withPaths } from "./args.ts";
import { COMMANDS, OPTIONS } from "./options.ts";
import { Failure } from "../base/failure.ts";

type Line = readonly string[];

/** Words and hint of a refusal; the exit code is always that of usage. */
function refusal(deed: () => unknown): string {
  const error = thrownBy(deed, Failure);
  assertEquals([error.code, error.exit], ["usage", 2]);
  return `${error.message} → ${error.hint}`;
}

const READ: readonly (readonly [Line, ReturnType<typeof readArgs>])[] = [
  [[], { command: "help", operand: undefined, options: {} }],
  [["--help"], {
    command: "help",
    operand: undefined,
    options: { help: "true" },
  }],
  [["-h"], { command: "help", operand: undefined, options: { help: "true" } }],
  [["--version"], { command: "version", operand: undefined, options: {} }],
  [["help", "exit-codes"], {
    command: "help",
    operand: "exit-codes",
    options: {},
  }],
  [["plan", "db", "--to", "17"], {
    command: "plan",
    operand: "db",
    options: { to: "17" },
  }],
  // The order is free, but for what belongs together.
  [["--to=17", "plan", "--json", "db"], {
    command: "plan",
    operand: "db",
    options: { to: "17", json: "true" },
  }],
  // No number is made of a word: 0017 is a tag, 007 a container.
  [["plan", "007", "--to", "0017", "--jobs", "1e3"], {
    command: "plan",
    operand: "007",
    options: { to: "0017", jobs: "1e3" },
  }],
  [["upgrade", "db", "--to", "17", "-h"], {
    command: "upgrade",
    operand: "db",
    options: { to: "17", help: "true" },
  }],
  // What follows a flag is no value of it, even if it looks like one.
  [["status", "--no-color", "true"], {
    command: "status",
    operand: "true",
    options: { "no-color": "true" },
  }],
  [["status", "--json", "true"], {
    command: "status",
    operand: "true",
    options: { json: "true" },
  }],
  [["rollback", "--yes", "false"], {
    command: "rollback",
    operand: "false",
    options: { yes: "true" },
  }],
  [["status", "--", "--json"], {
    command: "status",
    operand: "--json",
    options: {},
  }],
  [["upgrade", "db", "--to", "17", "--switch-command=-x a=b --yes"], {
    command: "upgrade",
    operand: "db",
    options: { to: "17", "switch-command": "-x a=b --yes" },
  }],
  [["upgrade", "db", "--switch-command", "a\nb=c"], {
    command: "upgrade",
    operand: "db",
    options: { "switch-command": "a\nb=c" },
  }],
];

for (const [line, args] of READ) {
  Deno.test(`The words ${JSON.stringify(line)} are understood`, () => {
    assertEquals(readArgs(line), args);
  });
}

const REFUSED: readonly (readonly [Line, string])[] = [
  [
    ["statsu"],
    'Unknown command "statsu" → Did you mean "status"? See "pgladder help"',
  ],
  [
    ["constructor"],
    'Unknown command "constructor" → Did you mean "status"? See "pgladder help"',
  ],
  // A misspelt option must not eat the word that follows it.
  [
    ["plan", "--too", "17", "db"],
    'Unknown option "--too" → Did you mean "--to"? See "pgladder help"',
  ],
  [
    ["upgrade", "db", "--yess"],
    'Unknown option "--yess" → Did you mean "--yes"? See "pgladder help"',
  ],
  [
    ["plan", "db", "--dry-run=yes"],
    'Unknown option "--dry-run=yes" → Did you mean "--debug"? See "pgladder help"',
  ],
  [
    ["plan", "db", "-x"],
    'Unknown option "-x" → Did you mean "--to"? See "pgladder help"',
  ],
  [
    ["plan", "db", "-"],
    'Unknown option "-" → Did you mean "--to"? See "pgladder help"',
  ],
  [
    ["plan", "db", "--to", "-1"],
    'Unknown option "-1" → Did you mean "--to"? See "pgladder help"',
  ],
  [
    ["plan", "db", "--no-json"],
    'Unknown option "--no-json" → Did you mean "--json"? See "pgladder help"',
  ],
  [
    ["plan", "db", "--__proto__", "1"],
    'Unknown option "--__proto__" → Did you mean "--to"? See "pgladder help"',
  ],
  [
    ["plan", "db", "--to", "17", "--to", "18"],
    'Cannot take --to more than once → See "pgladder help plan"',
  ],
  [
    ["upgrade", "db", "--yes", "--yes"],
    'Cannot take --yes more than once → See "pgladder help upgrade"',
  ],
  [
    ["plan", "db", "db2"],
    'Cannot take "db2" after "db" → See "pgladder help plan"',
  ],
  [
    ["status", "db", "--", "--json"],
    'Cannot take "--json" after "db" → See "pgladder help status"',
  ],
  [
    ["status", "--to", "17"],
    '"status" has no option --to → See "pgladder help status"',
  ],
  [
    ["plan", "db", "--to"],
    '--to needs a value → See "pgladder help plan"',
  ],
  [
    ["plan", "db", "--to", "--json"],
    '--to needs a value → See "pgladder help plan"',
  ],
  [["plan", "db", "--to="], '--to needs a value → See "pgladder help"'],
  [
    ["plan", "db", "--to", "   "],
    '--to needs a value → See "pgladder help plan"',
  ],
  // An unset variable in somebody's script.
  [
    ["resume", ""],
    'The container\'s name is empty → See "pgladder help resume"',
  ],
  // Said no, and must not be taken for a yes.
  [
    ["rollback", "db", "--yes=no"],
    'Cannot take the value in "--yes=no" → --yes takes no value',
  ],
  [
    ["status", "--json=false"],
    'Cannot take the value in "--json=false" → --json takes no value',
  ],
];

for (const [line, message] of REFUSED) {
  Deno.test(`The words ${JSON.stringify(line)} are refused`, () => {
    assertEquals(refusal(() => readArgs(line)), message);
  });
}

Deno.test("Every option is read by each of its commands, refused by others", () => {
  for (const [name, option] of Object.entries(OPTIONS)) {
    const words = "value" in option ? [`--${name}`, "x"] : [`--${name}`];
    for (const command of Object.keys(COMMANDS)) {
      const line = [command, ...words];
      if ((option.commands as readonly string[]).includes(command)) {
        const value = "value" in option ? "x" : "true";
        assertEquals(readArgs(line).options, { [name]: value });
      } else {
        assertEquals(
          refusal(() => readArgs(line)),
          `"${command}" has no option --${name} → See "pgladder help ${command}"`,
        );
      }
    }
  }
});

Deno.test("Any words are understood or refused, nothing else happens", () => {
  const words = [
    "plan",
    "db",
    "--to",
    "--to=17",
    "17",
    "--json",
    "true",
    "--",
    "-",
    "-h",
    "",
    "--no-to",
    "--=",
    "=",
    "--to.x",
    "__proto__",
    "--yes=",
  ];
  for (const first of words) {
    for (const second of words) {
      for (const third of words) {
        const line = [first, second, third];
        try {
          const { command } = readArgs(line);
          assert(command in COMMANDS, JSON.stringify(line));
        } catch (error) {
          assert(error instanceof Failure, `${JSON.stringify(line)}: ${error}`);
        }
      }
    }
  }
});

Deno.test("One of a few words", () => {
  const words = ["podman", "docker"] as const;
  assertEquals(choose("runtime", undefined, words, "podman"), "podman");
  assertEquals(choose("runtime", "docker", words, "podman"), "docker");
  assertEquals(
    refusal(() => choose("runtime", "dockr", words, "podman")),
    '--runtime cannot be "dockr" → It is one of podman, docker. Did you mean "docker"?',
  );
});

Deno.test("A whole number within its bounds", () => {
  assertEquals(wholeNumber("jobs", undefined, 4, 256), 4);
  for (const [word, number] of [["1", 1], ["256", 256], ["008", 8]] as const) {
    assertEquals(wholeNumber("jobs", word, 4, 256), number);
  }
  for (
    const word of ["0", "257", "-1", "1.5", "1e2", "0x10", " 1", "", "many"]
  ) {
    assertEquals(
      refusal(() => wholeNumber("jobs", word, 4, 256)),
      `--jobs cannot be "${word}" → It is a whole number from 1 to 256`,
    );
  }
});

Deno.test("Every path is one from the working directory", () => {
  const inRoot = (line: string) =>
    withPaths(readArgs(line.split(" ")), "/root/w");
  for (const [name, { commands, ...option }] of Object.entries(OPTIONS)) {
    const isPath = "value" in option && /^(PATH|FILE)$/.test(option.value);
    assertEquals("path" in option, isPath, name);
    if (!isPath) continue;
    for (
      const [given, wanted] of [
        ["upgrade.html", "/root/w/upgrade.html"],
        ["./a/../b", "/root/w/b"],
        ["../up", "/root/up"],
        ["/srv/db/", "/srv/db"],
        ["~", "/root/w/~"],
      ] as const
    ) {
      const line = `${commands[0]} db --${name} ${given}`;
      assertEquals(inRoot(line).options, { [name]: wanted }, line);
    }
  }
  assertEquals(inRoot("ansible rollout").operand, "/root/w/rollout");
  assertEquals(inRoot("plan db").operand, "db");
});

Deno.test("A path begins nowhere where the working directory is gone", () => {
  const line = readArgs(["report", "db", "--output", "upgrade.html"]);
  assertEquals(
    refusal(() => withPaths(line, undefined)),
    'Cannot tell where "upgrade.html" is: the working directory is gone → See "pgladder help report"',
  );
  const whole = readArgs(["report", "db", "--output", "/root/upgrade.html"]);
  assertEquals(withPaths(whole, undefined), whole);
});
