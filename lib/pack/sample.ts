// A program that is packed in pack_test.ts in place of pgladder: it shows what
// pgladder needs of the file it comes in, one word of the command line each.
// deno-lint-ignore-file no-console
import { parseArgs } from "@std/cli";
import * as v from "valibot";

const [word, value] = parseArgs(Deno.args)._.map(String);
const cString = (text: string) => new TextEncoder().encode(`${text}\0`);

switch (word) {
  case "version":
    console.log(v.parse(v.literal("sample"), "sample"));
    break;
  case "exit":
    Deno.exit(Number(value));
    break;
  case "catch": { // A signal it listens to: answers with its name and 128 + its number
    Deno.addSignalListener("SIGTERM", () => Deno.exit(143));
    Deno.addSignalListener("SIGHUP", () => Deno.exit(129));
    console.log("ready");
    setTimeout(() => Deno.exit(1), 30_000);
    break;
  }
  case "sleep": // A signal it does not listen to ends it as the kernel does
    console.log("ready");
    setTimeout(() => Deno.exit(1), Number(value ?? 30_000));
    break;
  case "say":
    console.log(JSON.stringify(Deno.args));
    break;
  case "script": // A file that is shipped beside the program
    console.log(
      Deno.readTextFileSync(new URL("./job/job.sh", import.meta.url)),
    );
    break;
  case "read":
    console.log((await new Response(Deno.stdin.readable).text()).trim());
    break;
  case "umask":
    console.log(Deno.umask().toString(8));
    break;
  case "throw":
    throw new Error("Thrown in sample.ts");
  case "zx": {
    const { $ } = await import("zx/core");
    console.log((await $({ quiet: true })`echo from a child`).stdout.trim());
    break;
  }
  case "child": { // The environment that podman and the others are started with
    const env = await new Deno.Command("env").output();
    console.log(new TextDecoder().decode(env.stdout));
    break;
  }
  case "libc": {
    const libc = Deno.dlopen(Deno.env.get("PGLADDER_LIBC") ?? "", {
      renameat2: {
        parameters: ["i32", "buffer", "i32", "buffer", "u32"],
        result: "i32",
      },
    });
    const [here, exchange] = [-100, 2];
    const directory = Deno.makeTempDirSync();
    Deno.mkdirSync(`${directory}/one`);
    Deno.mkdirSync(`${directory}/other/inside`, { recursive: true });
    const one = cString(`${directory}/one`);
    const other = cString(`${directory}/other`);
    console.log(libc.symbols.renameat2(here, one, here, other, exchange));
    console.log(
      [...Deno.readDirSync(`${directory}/one`)].map((entry) => entry.name)
        .join(),
    );
    break;
  }
  case "network":
    try {
      await Deno.connect({ hostname: "127.0.0.1", port: 9 });
    } catch (error) {
      console.log(error instanceof Error ? error.name : error);
    }
    break;
}
