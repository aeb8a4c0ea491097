/** Prints the man page; `make man` puts it into dist/. */
import config from "../../deno.json" with { type: "json" };
import { manPage } from "../help/man.ts";

const seconds = Number(Deno.env.get("SOURCE_DATE_EPOCH") ?? "0");
const date = new Date(seconds * 1000).toISOString().slice(0, 10);
const bytes = new TextEncoder().encode(manPage(config.version, date));
for (let at = 0; at < bytes.length;) {
  at += Deno.stdout.writeSync(bytes.subarray(at));
}
