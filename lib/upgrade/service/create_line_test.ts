import { assertEquals } from "@std/assert";
import { createLines } from "./create_line.ts";
import type { Description } from "./description.ts";

const OLD = "/var/lib/postgresql/data";
const NEW = "/var/lib/postgresql";
const NEW_PGDATA = "/var/lib/postgresql/18/docker";

function line(
  said: readonly string[],
  [from, to]: readonly [string, string],
  variables: ReadonlyMap<string, string> = new Map(),
  secretsIn?: string,
) {
  const described = {
    Id: "c0ffee",
    Config: {
      CreateCommand: [
        ...["podman", "run", "-d", "--name", "db", ...said],
        ...["-v", `/srv/db:${OLD}`, "postgres:17"],
      ],
    },
    HostConfig: {},
  } as unknown as Description;
  return createLines(described, { Config: {} }, {
    name: "db",
    program: "podman",
    image: ["docker.io/library/postgres:17", "docker.io/library/postgres:18"],
    volume: ["/srv/db"],
    inner: [OLD, NEW],
    pgdata: [from, to],
    variables,
    restart: "no",
    secretsIn,
  });
}

const made = (...said: string[]) => [
  `podman create --name db ${
    said.map((it) => `${it} `).join("")
  }-v /srv/db:${NEW} docker.io/library/postgres:18`,
];

Deno.test("An old image's own PGDATA that was said is not said to the new one, whose place is another", () => {
  const pgdata = `PGDATA=${OLD}`;
  for (const said of [["-e", pgdata], [`--env=${pgdata}`], [`-e${pgdata}`]]) {
    assertEquals(line(said, [OLD, NEW_PGDATA]), made());
    assertEquals(line(said, [OLD, OLD]), made(...said));
  }
  const other = ["-e", `PGDATA=${OLD}/own`];
  assertEquals(line(other, [OLD, NEW_PGDATA]), made(...other));
});

Deno.test("A variable that the new image knows by another name has that one, and what it does not know goes", () => {
  const variables = new Map([["OLD_PASSWORD", "PASSWORD"], ["OLD_USER", ""]]);
  const said = [
    ...["-e", "OLD_PASSWORD=…", "--env=OLD_USER=app", "-e", "OLD_USER"],
    ...["-e", "TZ=UTC", "--label", "OLD_USER=1"],
  ];
  assertEquals(
    line(said, [OLD, OLD], variables),
    made("-e", "TZ=UTC", "--label", "OLD_USER=1"),
  );
  const [only] = line(said, [OLD, OLD], variables, "db.before");
  assertEquals(
    only?.startsWith(
      "PASSWORD=\"$(podman inspect --format '{{range .Config.Env}}{{println .}}{{end}}' db.before | sed -n 's/^OLD_PASSWORD=//p')\" podman create --name db -e PASSWORD -e TZ=UTC --label OLD_USER=1 ",
    ),
    true,
    only,
  );
});
