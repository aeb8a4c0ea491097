import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Host, until } from "./host.ts";
import { makeUnitsReadOnly } from "./read_only.ts";

/**
 * The units that NixOS's module has made over the years, and each of its
 * options that matters to an upgrade: by podman and docker. Nobody names a
 * switch: on NixOS pgladder makes the change where Nix confirms it.
 */

const NAME = "nix-shapes";
const FILE = "/etc/nixos/configuration.nix";
const IMAGE = "docker.io/library/postgres";

interface Shape {
  /** The nixpkgs that makes the unit. */
  readonly nixpkgs: "22.05" | "24.05" | "25.05" | "26.05" | "26.11";
  readonly backend: "podman" | "docker";
  /** The unit's name. */
  readonly unit: string;
  /** Lines of Nix for the container. */
  readonly lines?: readonly string[];
  /** What the host has to have for them, in shell. */
  readonly first?: string;
  /** What `plan` says of it. */
  readonly told?: string;
}

let host: Host;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  const put = (name: string, to: string) =>
    host.rig("put", NAME, fromFileUrl(new URL(name, import.meta.url)), to);
  await host.shell("mkdir -p /etc/nixos /srv/db && touch /etc/NIXOS");
  await put("nixos/nixos-rebuild", "/usr/local/bin/nixos-rebuild");
  for (
    const place of ["rig-nixos/system.nix", "rig-nixpkgs/nixos/default.nix"]
  ) {
    await put("nixos/system.nix", `/usr/local/lib/${place}`);
  }
  await host.rig("docker", NAME, "15", "17");
  await makeUnitsReadOnly(host);
  await host.save("bare");
});
Deno.test.afterAll(() => Host.lower(NAME));

const configuration = ({ backend, lines = [], nixpkgs }: Shape, tag = "15") =>
  `{ config, lib, ... }:

{
  rig.nixpkgs = "${nixpkgs}";
  virtualisation.oci-containers.backend = "${backend}";
  virtualisation.oci-containers.containers.db = {
    image = "${IMAGE}:${tag}";
    environment.POSTGRES_HOST_AUTH_METHOD = "trust";
    ports = [ "127.0.0.1:5432:5432" ];
    volumes = [ "/srv/db:/var/lib/postgresql/data" "/run/db:/var/run/postgresql" ];
${lines.map((line) => `    ${line}\n`).join("")}  };
}
`;

const NIX = ["env", "NIX_PATH=nixpkgs=/usr/local/lib/rig-nixpkgs"];
const pgladder = (...words: string[]) =>
  host.exec(...NIX, "pgladder", ...words);

const sql = (query: string, at = "127.0.0.1") =>
  host.exec(
    ...["psql", "-h", at, "-U", "postgres", "-XAtqc", query],
  );

/** The machine with that database, which holds a thousand rows. */
async function become(shape: Shape): Promise<void> {
  await host.restore("bare");
  await host.shell(
    `mkdir -p /run/db; ${shape.first ?? ""}
     cat >${FILE} <<'END'\n${configuration(shape)}END
     nixos-rebuild switch; systemctl start ${shape.unit}`,
  );
  await until(
    "it answers",
    async () =>
      (await sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n"))
        .code === 0,
  );
}

async function serves(version: string): Promise<void> {
  // By TCP, and by the socket's directory, which the unit makes again.
  for (const at of ["127.0.0.1", "/run/db"]) {
    const found = await sql(
      "SELECT current_setting('server_version_num')::int / 10000, count(*) FROM kept",
      at,
    );
    assertEquals(found.stdout.trim(), `${version}|1000`, found.stderr);
  }
}

function thereAndBack(what: string, shape: Shape): void {
  Deno.test(`${what}: to 17 by Nix's word, and back`, async () => {
    await become(shape);
    const up = await pgladder("upgrade", "db", "--to", "17", "--yes");
    const shown = `${up.stdout}${up.stderr}`;
    assertEquals(up.code, 0, shown);
    assertStringIncludes(
      shown.replaceAll(/\s+/g, " "),
      `Nix evaluates it to ${IMAGE}:17`,
    );
    assertStringIncludes(shown, `+    image = "${IMAGE}:17";`);
    assertStringIncludes(shown, shape.unit);
    assertStringIncludes(shown.replaceAll(/\s+/g, " "), shape.told ?? "");
    await serves("17");
    assertEquals(host.read(FILE), configuration(shape, "17"));
    const down = await pgladder("rollback", "db", "--yes", "--confirm", "db");
    assertEquals(down.code, 0, down.stderr + down.stdout);
    await serves("15");
    assertEquals(host.read(FILE), configuration(shape));
  });
}

thereAndBack("22.05, which stops what failed alone", {
  nixpkgs: "22.05",
  backend: "podman",
  unit: "podman-db.service",
});
thereAndBack("24.05, with options before the run", {
  nixpkgs: "24.05",
  backend: "podman",
  unit: "podman-db.service",
  lines: [`preRunExtraOptions = [ "--log-level" "warn" ];`],
});
thereAndBack("25.05, whose container names a unit that is not there", {
  nixpkgs: "25.05",
  backend: "podman",
  unit: "my-database.service",
  lines: [`serviceName = "my-database";`],
});
thereAndBack("26.05, ready when it is healthy, never pulled", {
  nixpkgs: "26.05",
  backend: "podman",
  unit: "podman-db.service",
  lines: [
    `podman.sdnotify = "healthy";`,
    `pull = "never";`,
    `extraOptions = [ "--health-cmd=pg_isready -U postgres" "--health-interval=1s" ];`,
  ],
});
thereAndBack("26.11, started by hand and kept when it stops", {
  nixpkgs: "26.11",
  backend: "podman",
  unit: "podman-db.service",
  lines: ["autoStart = false;", "autoRemoveOnStop = false;"],
});
thereAndBack("22.05 by docker", {
  nixpkgs: "22.05",
  backend: "docker",
  unit: "docker-db.service",
});
thereAndBack("26.05 by docker under a name of its own, kept when it stops", {
  nixpkgs: "26.05",
  backend: "docker",
  unit: "my-database.service",
  lines: [`serviceName = "my-database";`, "autoRemoveOnStop = false;"],
});

const LOADS = ", and loads an image from a file of its own first";
thereAndBack("26.05, which loads its image from a file", {
  nixpkgs: "26.05",
  backend: "podman",
  unit: "podman-db.service",
  lines: [`imageFile = "/srv/image.tar";`],
  first: `podman save -q -o /srv/image.tar ${IMAGE}:15`,
  told: LOADS,
});
thereAndBack("26.05 by docker, which loads its image from a program", {
  nixpkgs: "26.05",
  backend: "docker",
  unit: "docker-db.service",
  lines: [`imageStream = "/srv/image-stream";`],
  first: `printf '#!/bin/sh\\ndocker save ${IMAGE}:15\\n' >/srv/image-stream
     chmod +x /srv/image-stream`,
  told: LOADS,
});

Deno.test("A user's own podman (podman.user) is refused, and told by the user's name", async () => {
  await host.restore("bare");
  await host.installs("uidmap");
  await host.shell(
    `useradd -m -d /var/lib/alice -s /bin/bash alice
     podman save -q -o /srv/image.tar ${IMAGE}:15; chmod 644 /srv/image.tar
     cat >${FILE} <<'END'
{
  virtualisation.oci-containers.containers.db = {
    image = "${IMAGE}:15";
    imageFile = "/srv/image.tar";
    podman.user = "alice";
    environment.POSTGRES_HOST_AUTH_METHOD = "trust";
    extraOptions = [ "--network=none" "--cgroups=disabled" ];
  };
}
END
     nixos-rebuild switch`,
  );
  await until(
    "its process is there",
    async () => (await host.exec("pgrep", "-x", "postgres")).code === 0,
  );
  for (const command of ["plan", "upgrade"]) {
    const { code, stderr } = await pgladder(command, "db", "--to", "17");
    assertEquals(code, 3, stderr);
    assertStringIncludes(
      stderr,
      'Cannot upgrade "db": the rootless podman of user "alice" runs it',
    );
  }
  assertEquals(host.list("/var/lib/pgladder/runs"), []);
});

Deno.test("A unit that pulls first: plan finds that no registry has the image", async () => {
  const unit = "podman-db.service";
  await become({ nixpkgs: "26.05", backend: "podman", unit });
  const folder = `/etc/systemd/system.control/${unit}.d`;
  await host.shell(
    `mkdir -p ${folder}; systemctl daemon-reload
     printf '[Service]\\nExecStartPre=/usr/bin/podman pull ${IMAGE}:15\\n' >${folder}/pull.conf
     systemctl daemon-reload`,
  );
  const plan = await pgladder("plan", "db", "--to", "17");
  const shown = `${plan.stdout}${plan.stderr}`;
  assertEquals(plan.code, 3, shown);
  assertStringIncludes(
    shown.replaceAll(/\s+/g, " "),
    `${unit} pulls its image whenever it starts (podman pull), and ${IMAGE}:17 cannot be pulled`,
  );
});

Deno.test("What the rebuild would change besides is the operator's to begin with", async () => {
  const shape = {
    nixpkgs: "26.05",
    backend: "podman",
    unit: "podman-db.service",
  } as const;
  await become(shape);
  const other = configuration({ ...shape, nixpkgs: "24.05" });
  await host.shell(`cat >${FILE} <<'END'\n${other}END`);
  const plan = await pgladder("plan", "db", "--to", "17");
  const shown = `${plan.stdout}${plan.stderr}`;
  assertEquals(plan.code, 0, shown);
  assertStringIncludes(
    shown.replaceAll(/\s+/g, " "),
    "you change it when pgladder asks; with --switch nixos pgladder does, but the rebuild would change more: podman-db.service",
  );
});
