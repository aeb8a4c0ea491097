import { assertEquals } from "@std/assert";
import type { FileFacts } from "../../port/files.ts";
import type { Ports } from "../../port/ports.ts";
import { clustersIn, placesBelow } from "./clusters.ts";

const LISTS: Readonly<Record<string, readonly string[]>> = {
  "/srv/db": ["own", "round", "away"],
  "/srv/db/own": ["docker"],
  "/srv/db/own/docker": ["base"],
  "/srv/db/own/docker/base": ["5", "16500"],
  "/srv/db/own/docker/base/5": ["1259", "16384", "16384_fsm"],
};

/** `round` leads to itself, `away` out of the data, and so does the database 16500. */
const LINKS = [
  "/srv/db/round",
  "/srv/db/away",
  "/srv/db/own/docker/base/16500",
];

function under(path: string) {
  return LINKS.some((link) => path.startsWith(`${link}/`));
}

const ports = {
  files: {
    look(path: string) {
      if (under(path)) throw new Error(`${path} is behind a link`);
      const kind = LINKS.includes(path)
        ? "link"
        : path in LISTS
        ? "directory"
        : undefined;
      return Promise.resolve(
        kind && { kind, owner: { uid: 999 } } as unknown as FileFacts,
      );
    },
    list(path: string) {
      if (under(path) || LINKS.includes(path)) {
        throw new Error(`${path} is behind a link`);
      }
      return Promise.resolve(LISTS[path]);
    },
  },
  clusters: {
    look: (path: string) =>
      Promise.resolve(
        path === "/srv/db/own/docker"
          ? { version: "17", control: undefined, server: "" }
          : undefined,
      ),
  },
} as unknown as Pick<Ports, "clusters" | "files">;

Deno.test("Clusters below a directory are found, and no link of the data's owner leads to one", async () => {
  const found = await clustersIn("/srv/db", ports);
  assertEquals(
    found.map(({ major, path, relations }) => [path, major, relations]),
    [["/srv/db/own/docker", 17, 1]],
  );
});

Deno.test("A data root that root itself reaches over a link is listed, and holds no lost cluster", async () => {
  const linked = {
    ...ports,
    files: {
      ...ports.files,
      look: (path: string) =>
        path === "/data" ? ports.files.look("/srv/db/round") : ports.files.look(
          path.replace("/data/", "/srv/db/"),
        ),
      list: (path: string) =>
        ports.files.list(path.replace("/data", "/srv/db")),
    },
  };
  assertEquals(await placesBelow("/data", linked), ["", "own", "own/docker"]);
  assertEquals(await clustersIn("/data", linked), []);
});
