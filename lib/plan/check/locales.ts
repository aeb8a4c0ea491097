import { type AskingCheck, ok, refuse } from "./check.ts";
import { first } from "../../base/format.ts";

/** Locales that every C library has, or that are not its own at all. */
const EVERYWHERE = ["c", "posix"];

export const locales: AskingCheck = {
  name: "locales",
  asks: true,
  about: "the new image has the locale of every database",
  worst: "refuse",
  remedy: "take an image that has it, such as the Debian one for an Alpine one",
  major: true,
  look({ contents, databases, server, to }) {
    // musl takes any name, and sorts by the bytes.
    if (contents.locales.length === 0) return ok("any");
    const own = server.provider === "c" || server.provider === null
      ? [server.collate]
      : [];
    const used = [
      ...new Set([...own, ...databases.map(({ collate }) => collate)]),
    ];
    const there = new Set([...EVERYWHERE, ...contents.locales.map(plain)]);
    const missing = used.filter((name) => !there.has(plain(name)));
    return missing.length === 0 ? ok(used.join(", ")) : refuse(
      `${to.reference} does not have the locale ${first(missing)}`,
      "Take an image that has it, or add it with localedef in an image of your own",
    );
  },
};

/** The C library reads en_US.UTF-8 and en_US.utf8 as one. */
function plain(locale: string): string {
  const [name = "", codeset] = locale.split(".");
  return codeset === undefined
    ? name.toLowerCase()
    : `${name}.${codeset.replace(/[^A-Za-z0-9@]/g, "")}`.toLowerCase();
}
