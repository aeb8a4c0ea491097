import { assert, assertEquals } from "@std/assert";
import { Terminal } from "./terminal.ts";

/** A terminal in memory: what was written, and what one would see. */
function terminal(
  options: {
    isTerminal?: boolean;
    env?: Record<string, string>;
    columns?: number;
    rows?: number;
    breaks?: () => boolean;
  } = {},
) {
  const window = {
    columns: options.columns ?? 40,
    rows: options.rows ?? 10,
  };
  let written = "";
  const stream = {
    writeSync(bytes: Uint8Array) {
      if (options.breaks?.()) throw new Error("EIO");
      // Half of it at a time, as a slow line may take it.
      const part = bytes.subarray(0, Math.ceil(bytes.length / 2));
      written += String.fromCharCode(...part);
      return part.length;
    },
    isTerminal: () => options.isTerminal ?? true,
  };
  return {
    window,
    shown: new Terminal({
      out: stream,
      err: stream,
      size: () => window,
      env: (name) => ({ TERM: "xterm", ...options.env })[name],
      closed: () => false,
    }),
    taken() {
      const bytes = Uint8Array.from(written, (char) => char.charCodeAt(0));
      written = "";
      return new TextDecoder().decode(bytes).replaceAll("\u001b", "^");
    },
  };
}

Deno.test("Terminal: what is said goes above the lines that are drawn", () => {
  const { shown, taken } = terminal();
  shown.draw(["a", "b"]);
  assertEquals(taken(), "a\nb\n");
  shown.say("said");
  assertEquals(taken(), "\r^[2A^[Jsaid\na\nb\n");
  shown.draw(["c"]);
  assertEquals(taken(), "\r^[2A^[Jc\n");
  shown.print("printed");
  assertEquals(taken(), "\r^[1A^[Jprinted\nc\n");
  shown.draw([]);
  assertEquals(taken(), "\r^[1A^[J");
  shown.draw([]);
  assertEquals(taken(), "");
});

Deno.test("Terminal: lines are cut to its width, wide letters and all", () => {
  const { shown, taken } = terminal({ columns: 12 });
  shown.draw(["データベース", "0123456789abc", "a\nb\u001b[31m"]);
  assertEquals(taken(), "データベー…\n0123456789…\na\\u000ab\\u…\n");
});

Deno.test("Terminal: a window made narrower has broken the lines", () => {
  const { shown, taken, window } = terminal({ columns: 40 });
  shown.draw(["x".repeat(39), "y"]);
  taken();
  window.columns = 20;
  shown.draw(["z"]);
  assertEquals(taken(), "\r^[3A^[Jz\n");
});

Deno.test("Terminal: into a file or on a dumb one nothing is drawn or coloured", () => {
  for (
    const it of [
      terminal({ isTerminal: false }),
      terminal({ env: { TERM: "dumb" } }),
      terminal({ env: { TERM: "" } }),
    ]
  ) {
    assertEquals([it.shown.live, it.shown.pages], [false, false]);
    it.shown.draw(["a"]);
    it.shown.say("[1/9] Prepare");
    assertEquals(it.taken(), "[1/9] Prepare\n");
  }
});

Deno.test("Terminal: NO_COLOR and --no-color draw without colours", () => {
  const asked = terminal({ env: { NO_COLOR: "1" } });
  const told = terminal();
  told.shown.withoutColours();
  for (const { shown, taken } of [asked, told]) {
    assertEquals(shown.live, true);
    shown.draw(["      x [##]"]);
    shown.say("[1/9] Prepare");
    assertEquals(
      taken(),
      "      x [##]\n\r^[1A^[J[1/9] Prepare\n      x [##]\n",
    );
  }
  const { shown, taken } = terminal({ env: { NO_COLOR: "" } });
  shown.say("[1/9] Prepare");
  assertEquals(taken(), "^[36m[1/9]^[0m Prepare\n");
});

Deno.test("Terminal: one that goes away is no reason to stop, and is told", () => {
  let gone = false;
  const { shown, taken } = terminal({ breaks: () => gone });
  shown.draw(["a"]);
  assertEquals([shown.gone, taken()], [false, "a\n"]);
  gone = true;
  shown.say("nobody hears it");
  shown.draw(["b"]);
  shown.fill("c");
  shown.leave();
  assertEquals([shown.gone, taken()], [true, ""]);
});

/** Says one line, then nothing: it waits until nobody reads it. */
const QUIET = `
  import { Terminal } from ${
  JSON.stringify(new URL("./terminal.ts", import.meta.url).href)
};
  const terminal = new Terminal();
  terminal.print("ready " + terminal.gone);
  setTimeout(() => Deno.exit(1), 20_000);
  setInterval(() => terminal.gone && Deno.exit(0), 50);
`;

Deno.test("Terminal: a reader that has gone is noticed without a word more", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", QUIET],
    stderr: "inherit",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "ready false\n");
  await reader.cancel();
  assertEquals((await child.status).code, 0);
});

Deno.test("Terminal: a page takes the place of the one before", () => {
  const { shown, taken, window } = terminal({ columns: 6, rows: 4 });
  shown.fill("one\ntwo\nthree is long\nfour\nfive");
  assertEquals(
    taken(),
    "^[?1049h^[?25l^[Hone^[K\ntwo^[K\nthre…^[K\n^[J",
  );
  window.rows = 3;
  shown.fill("six");
  assertEquals(taken(), "^[Hsix^[K\n^[J");
  shown.leave();
  assertEquals(taken(), "^[?25h^[?1049l");
});

Deno.test("Terminal: one that does not know its size has the usual one", () => {
  const { shown, window } = terminal();
  Object.assign(window, { columns: 0, rows: 0 });
  assertEquals(shown.size, { columns: 80, rows: 24 });
  const none = new Terminal({
    closed: () => false,
    out: { writeSync: (bytes) => bytes.length, isTerminal: () => true },
    err: { writeSync: (bytes) => bytes.length, isTerminal: () => true },
    size: () => {
      throw new Error("ENOTTY");
    },
    env: () => undefined,
  });
  assert(!none.live);
  assertEquals(none.size, { columns: 80, rows: 24 });
});

Deno.test("Terminal: sentences are broken between words, what is to be copied is not", () => {
  const said =
    'pgladder: Cannot do what was asked for, alas\n  → Type "pgladder resume database" and wait\n$ cp -a --reflink=always /srv/database.bak /srv/clone';
  const { shown, taken } = terminal({ env: { NO_COLOR: "1" } });
  shown.say(said);
  assertEquals(taken().split("\n"), [
    "pgladder: Cannot do what was asked for,",
    "          alas",
    '  → Type "pgladder resume database" and',
    "    wait",
    "$ cp -a --reflink=always /srv/database.bak /srv/clone",
    "",
  ]);
  const file = terminal({ isTerminal: false });
  file.shown.say(said);
  assertEquals(file.taken(), `${said}\n`);
});
