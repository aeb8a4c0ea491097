import { assertEquals } from "@std/assert";
import { slices } from "../../../tests/sample/slices.ts";
import { runLineOfScript, runLineOfUnit, runLineOfWords } from "./run_line.ts";

const NIXOS = `#! /nix/store/x2c-bash-5.2p37/bin/bash -e
exec podman run \\
  --name=postgres \\
  --log-driver=journald \\
  --cidfile=/run/postgres/ctr-id \\
  --cgroups=enabled \\
  --sdnotify=conmon \\
  -d \\
  --replace \\
  -e 'POSTGRES_PASSWORD=se cret' \\
  --env-file /run/secrets/postgres.env \\
  -p 127.0.0.1:5432:5432 \\
  -v /var/lib/postgres:/var/lib/postgresql/data \\
  -v /run/postgres:/var/run/postgresql \\
  --rm \\
  --pull missing \\
  '--label=a b' \\
  mirror.gcr.io/postgres:15 postgres -c shared_buffers=1GB
`;

Deno.test("A NixOS script: image, mounts, name, and where they stand", () => {
  const line = runLineOfScript(NIXOS);
  assertEquals(line?.program, "podman");
  assertEquals(line?.name, "postgres");
  assertEquals(line?.image.text, "mirror.gcr.io/postgres:15");
  assertEquals(line?.envFiles, ["/run/secrets/postgres.env"]);
  assertEquals(line?.env, {});
  assertEquals(
    line?.mounts.map(({ source, mountPath }) => [source, mountPath]),
    [
      ["/var/lib/postgres", "/var/lib/postgresql/data"],
      ["/run/postgres", "/var/run/postgresql"],
    ],
  );
  assertEquals(slices(NIXOS, line), [
    "mirror.gcr.io/postgres:15",
    "/var/lib/postgresql/data",
    "/var/run/postgresql",
  ]);
});

const IMAGES: readonly (readonly [string, string])[] = [
  ["podman run postgres", "postgres"],
  ["podman run -d postgres:15", "postgres:15"],
  ["podman run -dit --rm postgres:15", "postgres:15"],
  [
    "podman run --rm=true --pull=never host:5000/postgres:15 -c x",
    "host:5000/postgres:15",
  ],
  [
    "docker run --init docker.io/library/postgres@sha256:0f3c",
    "docker.io/library/postgres@sha256:0f3c",
  ],
  ["/nix/store/a-podman-5.4/bin/podman run 'postgres:15'", "postgres:15"],
  ['"/usr/bin/podman" run "postgres:15"', "postgres:15"],
  ["podman container run postgres:15", "postgres:15"],
  [
    "podman --log-level debug --root=/x --remote run postgres:15",
    "postgres:15",
  ],
  ["docker -H unix:///d.sock --tls run postgres:15", "postgres:15"],
  ["podman run -ePGDATA=/x -p5432:5432 -itv /a:/b postgres:15", "postgres:15"],
  ["podman run -e=PGDATA=/x postgres:15", "postgres:15"],
  ["podman run -d -- postgres:15", "postgres:15"],
  ["podman run --env A --name x postgres:15", "postgres:15"],
  ["podman run --replace --no-hosts --tls-verify postgres:15", "postgres:15"],
  [
    "podman run --shm-size 1g --health-cmd 'pg_isready -q' postgres:15",
    "postgres:15",
  ],
  ["A=1 B='2 3' exec podman run postgres:15", "postgres:15"],
  ["if true; then podman run postgres:15; fi", "postgres:15"],
  ["true && podman run postgres:15 || exit 1", "postgres:15"],
  [
    "podman rm -f x || true; podman run postgres:15 >/dev/null 2>&1 </dev/null &",
    "postgres:15",
  ],
  ["(podman run postgres:15)", "postgres:15"],
  [
    "# podman run old\npodman run postgres:15 # podman run other",
    "postgres:15",
  ],
  ["podman run --label a#b postgres:15", "postgres:15"],
  [
    "podman run --hostname $(hostname -s 'a b)' \"(\" ) postgres:15",
    "postgres:15",
  ],
  ["podman run --hostname `hostname -s` postgres:15", "postgres:15"],
  ['podman run --name "${NAME:-a b}" postgres:15', "postgres:15"],
  ["podman run --na\\\nme x post\\\ngres:15", "postgres:15"],
  ["podman run post'gres':\"15\"", "postgres:15"],
  ["cat <<EOF\npodman run wrong\nEOF\npodman run postgres:15", "postgres:15"],
  [
    "cat <<-'END' >x\n\tpodman run wrong\n\tEND\npodman run postgres:15",
    "postgres:15",
  ],
  ["cat <<< 'podman run wrong'\npodman run postgres:15", "postgres:15"],
  ["sh -c 'exec podman run postgres:15'", "postgres:15"],
  ["podman run $IMAGE", "$IMAGE"],
  ["podman run postgres:15\r\n", "postgres:15"],
];

for (const [script, image] of IMAGES) {
  Deno.test(`The image in ${JSON.stringify(script)}`, () => {
    assertEquals(runLineOfScript(script)?.image.text, image);
  });
}

const NONE = [
  "",
  "\n\n",
  "echo podman run postgres",
  "podman rm -f x",
  "podman pull postgres:15",
  "podman run",
  "podman run -d --name",
  "podman runs postgres",
  "mypodman run postgres",
  "podman-compose run postgres",
  "'podman run postgres:15'",
  "echo 'unclosed podman run x",
  'echo "unclosed podman run x',
  "echo $(unclosed podman run x",
  "# podman run postgres",
  "podman run a; podman run b",
];

for (const script of NONE) {
  Deno.test(`No single 'run' in ${JSON.stringify(script)}`, () => {
    assertEquals(runLineOfScript(script), undefined);
    assertEquals(runLineOfUnit(script), undefined);
  });
}

Deno.test("The container's name decides between several", () => {
  const script = "podman run --name a x:1\npodman run --name=b y:2";
  assertEquals(runLineOfScript(script, "b")?.image.text, "y:2");
  assertEquals(runLineOfScript(script, "c"), undefined);
});

type Row = readonly [string, string, string, string, string];

/** The option, then source, inner, options and what the offsets point at. */
const MOUNTS: readonly Row[] = [
  ["-v /a:/b", "/a", "/b", "", "/b"],
  ["-v=/a:/b:Z,ro", "/a", "/b", "Z,ro", "/b"],
  ["-v/a:/b", "/a", "/b", "", "/b"],
  ["-dv /a:/b:z", "/a", "/b", "z", "/b"],
  ["--volume /a:/b", "/a", "/b", "", "/b"],
  ["--volume=pgdata:/b", "pgdata", "/b", "", "/b"],
  ["-v /b", "", "/b", "", "/b"],
  ["-v '/a b:/c d:U'", "/a b", "/c d", "U", "/c d"],
  ['--volume="/a:/b"', "/a", "/b", "", "/b"],
  ["-v '/a':'/b'", "/a", "/b", "", "/b"],
  ["-v /a:/b\\ c", "/a", "/b c", "", "-"],
  ["-v /a:/b'/c'", "/a", "/b/c", "", "-"],
  ["-v ./a:/ü😀", "./a", "/ü😀", "", "/ü😀"],
  ["--mount type=bind,src=/a,dst=/b", "/a", "/b", "", "/b"],
  ["--mount=type=bind,source=/a,target=/b,ro", "/a", "/b", "ro", "/b"],
  [
    "--mount type=volume,source=v,destination=/b,ro=true,idmap",
    "v",
    "/b",
    "ro=true,idmap",
    "/b",
  ],
  ['--mount \'type=bind,"src=/a,x","dst=/b,c"\'', "/a,x", "/b,c", "", "/b,c"],
  ['--mount \'type=bind,src=/a,"dst=/b""c"\'', "/a", '/b"c', "", "-"],
];

for (const [option, source, inner, options, stands] of MOUNTS) {
  Deno.test(`The mount of ${option}`, () => {
    const script = `podman run ${option} postgres:15`;
    const line = runLineOfScript(script);
    const [mount] = line?.mounts ?? [];
    assertEquals(
      [mount?.source, mount?.mountPath, mount?.options.join()],
      [source, inner, options],
    );
    assertEquals(slices(script, line), ["postgres:15", stands]);
  });
}

Deno.test("Mounts that are no data are left out", () => {
  const script = "podman run --mount type=tmpfs,dst=/x --tmpfs /y " +
    "--mount type=image,source=i,dst=/z --volumes-from c postgres:15";
  assertEquals(runLineOfScript(script)?.mounts, []);
});

Deno.test("Of the environment only PGDATA is kept, the last one", () => {
  const script = "podman run -e POSTGRES_PASSWORD=x -e PGDATA=/one " +
    "--env PGDATA='/two words' -e PGDATA -e NOPGDATA=/y postgres:15";
  assertEquals(runLineOfScript(script)?.env, { PGDATA: "/two words" });
});

Deno.test("Replacing at the offsets changes not one byte more", () => {
  const line = runLineOfScript(NIXOS);
  const { start, end } = line?.image ?? { start: 0, end: 0 };
  const changed = NIXOS.slice(0, start) + "mirror.gcr.io/postgres:17" +
    NIXOS.slice(end);
  assertEquals(changed, NIXOS.replace("postgres:15", "postgres:17"));
});

Deno.test("The words that systemd has loaded", () => {
  const line = runLineOfWords([
    "/usr/bin/podman",
    "run",
    "--name",
    "pg",
    "-v",
    "/a b:/var/lib/postgresql/data",
    "-e",
    "PGDATA=/x",
    "postgres:15",
  ]);
  assertEquals(line?.image, { text: "postgres:15", start: -1, end: -1 });
  assertEquals(line?.mounts, [{
    source: "/a b",
    mountPath: "/var/lib/postgresql/data",
    options: [],
    mountPathStart: -1,
    mountPathEnd: -1,
  }]);
  assertEquals(line?.env, { PGDATA: "/x" });
  assertEquals(runLineOfWords(["/nix/store/x-start/bin/start"]), undefined);
  assertEquals(runLineOfWords([]), undefined);
  assertEquals(
    runLineOfWords(["/bin/sh", "-c", "podman run --name a 'b:1'"])?.image,
    { text: "b:1", start: -1, end: -1 },
  );
});

Deno.test("Any text comes to an end", () => {
  const pieces = [
    "podman",
    " run ",
    "'",
    '"',
    "\\",
    "\n",
    "$(",
    ")",
    "`",
    "<<",
    "<",
    "&",
    "#",
    "${",
    "}",
    ";",
    "\f",
    "\u00a0",
    "=",
    "-v",
    "[Service]\n",
    "ExecStart=",
    "%",
    "x",
  ];
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647);
  for (let round = 0; round < 3000; round++) {
    const text = Array.from(
      { length: 1 + random() % 25 },
      () => pieces[random() % pieces.length],
    ).join("");
    runLineOfScript(text);
    runLineOfUnit(text);
  }
});
