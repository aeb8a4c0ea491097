/**
 * Runs a command and makes a moving picture of what it prints, line by line as
 * it came; where nothing came for long, the wait is shortened.
 *
 *     deno run -A tests/rig/record.ts PICTURE.svg COMMAND…
 */

export interface Line {
  /** Seconds since the beginning. */
  readonly at: number;
  readonly text: string;
}

const COLUMNS = 96;
const ROWS = 30;
const LONGEST_WAIT = 1.2;
const AT_THE_END = 6;
const [WIDTH, HEIGHT] = [8.4, 18];

/** What it prints, as it comes; its exit code as the last word. */
async function record(command: readonly string[]): Promise<Line[]> {
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, { args, stdout: "piped" }).spawn();
  const lines: Line[] = [];
  const began = performance.now();
  let rest = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    const at = (performance.now() - began) / 1000;
    const texts = (rest + part).split("\n");
    rest = texts.pop() ?? "";
    lines.push(...texts.map((text) => ({ at, text })));
  }
  const { code } = await child.status;
  if (code !== 0) throw new Error(`"${command.join(" ")}" ended with ${code}`);
  return lines;
}

/** Lines that fit, at the times at which the picture shows them. */
export function paced(lines: readonly Line[]): Line[] {
  let now = 0;
  let before = 0;
  return lines.flatMap(({ at, text }) => {
    now += Math.min(at - before, LONGEST_WAIT) + 0.04;
    before = at;
    return folded(text).map((text) => ({ at: now, text }));
  });
}

/** Between words, where there is room for one. */
function folded(text: string): string[] {
  const parts: string[] = [];
  let rest = [...text];
  do {
    const blank = rest.slice(0, COLUMNS + 1).lastIndexOf(" ") + 1;
    const end = rest.length > COLUMNS && blank > COLUMNS / 2 ? blank : COLUMNS;
    parts.push(rest.slice(0, end).join(""));
    rest = rest.slice(end);
  } while (rest.length > 0);
  return parts;
}

/** How a line looks, by what it is. */
function styleOf(text: string): string {
  if (text.startsWith("\u001b[1m")) return "h";
  if (/^ {2}root@/.test(text)) return "t";
  if (/^ {2}ok /.test(text)) return "o";
  if (/^ {2}BAD /.test(text)) return "b";
  return /^ {2}\|/.test(text) ? "p" : "n";
}

const escaped = (text: string) =>
  // deno-lint-ignore no-control-regex -- what makes a heading bold
  text.replace(/\u001b\[[0-9;]*m/g, "").replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;");

/** A picture that plays by itself; where nothing moves it shows the end. */
export function picture(lines: readonly Line[]): string {
  const end = (lines.at(-1)?.at ?? 0) + AT_THE_END;
  const shift = (count: number) => (ROWS - count) * HEIGHT;
  const steps = lines.map(({ at }, index) =>
    `${(at / end * 100).toFixed(2)}%{transform:translateY(${
      shift(index + 1)
    }px)}`
  );
  const texts = lines.map(({ text }, index) =>
    text === ""
      ? ""
      : `<text class="${styleOf(text)}" y="${(index + 1) * HEIGHT - 5}">${
        escaped(text)
      }</text>`
  ).filter(Boolean);
  const [width, height] = [COLUMNS * WIDTH + 24, ROWS * HEIGHT + 24];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The demo: an upgrade is planned, killed in the restore, resumed and checked">
<style>
text{font:13.9px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;fill:#c9d1d9;white-space:pre}
.h{font-weight:bold;fill:#fff}.t{fill:#79c0ff}.o{fill:#7ee787}.b{fill:#ff7b72}.n{fill:#8b949e}
#l{transform:translateY(${shift(lines.length)}px);animation:l ${
    end.toFixed(1)
  }s step-end infinite}
@keyframes l{0%{transform:translateY(${shift(0)}px)}${steps.join("")}}
@media(prefers-reduced-motion){#l{animation:none}}
</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<svg x="12" y="12" width="${width - 24}" height="${
    height - 24
  }"><g id="l" xml:space="preserve">
${texts.join("\n")}
</g></svg>
</svg>
`;
}

if (import.meta.main) {
  const [file = "", ...command] = Deno.args;
  const lines = await record(command);
  await Deno.writeTextFile(`${file}.new`, picture(paced(lines)));
  await Deno.rename(`${file}.new`, file);
}
