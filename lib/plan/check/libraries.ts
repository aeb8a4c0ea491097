import { type AskingCheck, ok, warn } from "./check.ts";
import { first } from "../../base/format.ts";

export const libraries: AskingCheck = {
  name: "libraries",
  asks: true,
  about: "the new image has every library that the server preloads",
  worst: "warn",
  remedy:
    "take an image that has it; otherwise it is removed from shared_preload_libraries",
  major: true,
  look({ contents, server, to }) {
    const wanted = server.preloaded.split(",").map((name) =>
      name.replace(/["'\s]/g, "").replace(/^.*\//, "").replace(/\.so$/, "")
    ).filter((name) => name !== "");
    const missing = wanted.filter((name) =>
      contents.libraries.length > 0 && !contents.libraries.includes(name)
    );
    return missing.length === 0 ? ok(wanted.join(", ") || "none") : warn(
      `${to.reference} does not have ${first(missing)}`,
      "pgladder removes it from shared_preload_libraries, and what needs it will fail: better use an image that has it",
    );
  },
};
