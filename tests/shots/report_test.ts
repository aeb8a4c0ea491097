/**
 * The report in a real browser: headless Chromium (Debian's package, installed
 * where it is missing) photographs the golden reports into dist/shots/, in both
 * colour schemes and as printed. Not part of `make test`:
 *
 *     deno test -A tests/shots
 */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const SHOTS = join(ROOT, "dist/shots");

const BACKGROUND = { light: [255, 255, 255], dark: [18, 22, 28] } as const;
/** Blink's own numbers of the schemes. */
const SCHEME = { light: 1, dark: 0 } as const;

async function sh(script: string, ...args: string[]): Promise<number> {
  const { code } = await new Deno.Command("sh", {
    args: ["-c", script, "sh", ...args],
    stdout: "null",
    stderr: "null",
  }).output();
  return code;
}

async function needChromium() {
  const there = "command -v chromium";
  const install = "apt-get -qq install -y --no-install-recommends chromium";
  if (await sh(there) === 0 || await sh(install) === 0) return;
  assertEquals(await sh(`apt-get -qq update && ${install}`), 0, "no Chromium");
}

async function chromium(...args: string[]) {
  await needChromium();
  const profile = await Deno.makeTempDir({ prefix: "pgladder-chromium-" });
  const code = await sh(
    'exec timeout 120 chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$@"',
    profile,
    ...args,
  );
  assertEquals(code, 0, args.join(" "));
  await Deno.remove(profile, { recursive: true });
}

/** Red, green and blue of a picture's first pixel, before which no filter is. */
async function firstPixel(png: Uint8Array): Promise<number[]> {
  const view = new DataView(png.buffer, png.byteOffset);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    const type = new TextDecoder().decode(png.subarray(at + 4, at + 8));
    if (type === "IDAT") parts.push(png.slice(at + 8, at + 8 + length));
    at += length + 12;
  }
  const raw = new Blob(parts).stream()
    .pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(raw).arrayBuffer());
  return [...bytes.subarray(1, 4)];
}

for (const name of ["committed", "rolled-back", "under-way"]) {
  const page = `file://${join(ROOT, "tests/golden/report", `${name}.html`)}`;
  for (const scheme of ["light", "dark"] as const) {
    Deno.test(`A browser shows the report of a run that is ${name}, ${scheme}`, async () => {
      await Deno.mkdir(SHOTS, { recursive: true });
      const file = join(SHOTS, `${name}-${scheme}.png`);
      await chromium(
        `--blink-settings=preferredColorScheme=${SCHEME[scheme]}`,
        "--window-size=1100,2600",
        `--screenshot=${file}`,
        page,
      );
      const png = await Deno.readFile(file);
      assert(png.length > 50_000, `${png.length} bytes`);
      assertEquals(await firstPixel(png), [...BACKGROUND[scheme]]);
    });
  }

  Deno.test(`A browser prints the report of a run that is ${name}`, async () => {
    await Deno.mkdir(SHOTS, { recursive: true });
    const file = join(SHOTS, `${name}.pdf`);
    await chromium("--no-pdf-header-footer", `--print-to-pdf=${file}`, page);
    const pdf = await Deno.readFile(file);
    assertEquals(new TextDecoder().decode(pdf.subarray(0, 5)), "%PDF-");
    assert(pdf.length > 20_000, `${pdf.length} bytes`);
  });
}
