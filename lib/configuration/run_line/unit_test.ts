import { assertEquals } from "@std/assert";
import { slices } from "../../../tests/sample/slices.ts";
import { runLineOfUnit } from "./run_line.ts";

const UNIT = `# a comment with \\
[Unit]
Description=ExecStart=/usr/bin/podman run wrong
[Service]
Environment=PODMAN_SYSTEMD_UNIT=%n
ExecStartPre=-/usr/bin/podman rm -f pg
ExecStart=/usr/bin/podman run --name pg \\
  # in between \\
  ; and another
  --label "a 'b" --label 'c\\x20d' --hostname %H \\
  -e "PGDATA=/x y" -v "/srv/pg:/var/lib/postgresql/data:Z" \\
  docker.io/library/postgres:15 \\
  postgres
ExecStop=/usr/bin/podman stop pg
[Install]
ExecStart=/usr/bin/podman run wrong
`;

Deno.test("A unit file: continued lines, comments, quotes", () => {
  const line = runLineOfUnit(UNIT);
  assertEquals(line?.name, "pg");
  assertEquals(line?.env, { PGDATA: "/x y" });
  assertEquals(slices(UNIT, line), [
    "docker.io/library/postgres:15",
    "/var/lib/postgresql/data",
  ]);
});

const UNITS: readonly (readonly [string, string])[] = [
  ["ExecStart=podman run a:1", "a:1"],
  ["ExecStart = -:/usr/bin/podman run a:1", "a:1"],
  ["ExecStart=\"/usr/bin/podman\" run 'a:1'", "a:1"],
  ["ExecStart=podman run old:1\nExecStart=\nExecStart=podman run a:1", "a:1"],
  ["ExecStart=/bin/true ; /usr/bin/podman run a:1", "a:1"],
  ["ExecStart=podman run -v /a\\x20b:/c a:1", "a:1"],
  ["ExecStart=podman run --label a\\tb a:1", "a:1"],
  ["ExecStart=podman run --label \\q a:1", "a:1"],
  ["ExecStart=/bin/sh -c 'exec podman run --rm a:1'", "a:1"],
  ['ExecStart=/bin/bash -ec "podman run a:1"', "a:1"],
  ["ExecStart=podman run a%%b$$c", "a%b$c"],
  [
    "#ExecStart=podman run old:1\n;ExecStart=podman run old:1\nExecStart=podman run a:1",
    "a:1",
  ],
  ["ExecStart=podman run a:1\\", "a:1"],
];

for (const [text, image] of UNITS) {
  Deno.test(`The image in the unit ${JSON.stringify(text)}`, () => {
    const unit = `[Service]\n${text}\n`;
    assertEquals(runLineOfUnit(unit)?.image.text, image);
  });
}

Deno.test("A script in a unit keeps its offsets in the unit's text", () => {
  const unit =
    "[Service]\nExecStart=/bin/sh -c 'podman run -v /a:/b postgres:15 -c x'\n";
  assertEquals(slices(unit, runLineOfUnit(unit)), ["postgres:15", "/b"]);
});

Deno.test("A path that systemd's quoting cuts has no place", () => {
  const unit = "[Service]\nExecStart=podman run -v /a:/b\\x20c x:1\n";
  const line = runLineOfUnit(unit);
  assertEquals(line?.mounts[0]?.mountPath, "/b c");
  assertEquals(slices(unit, line), ["x:1", "-"]);
});
