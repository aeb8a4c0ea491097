import { assertEquals, assertStringIncludes } from "@std/assert";
import { Database } from "./database.ts";
import { Host } from "./host.ts";

/**
 * Quadlets whose files are not called as their units are: podman's generator
 * makes the units, and systemd says of what.
 */

const NAME = "quadlet-places";
const HOME = "/etc/containers/systemd";
const UNIT = "db@main.service";
const UP = ["--to", "17", "--switch", "quadlet", "--yes"];
let host: Host;
let database: Database;

const IMAGE = "docker.io/library/postgres:15";
const container = (image: string, more = "") =>
  `[Container]
ContainerName=db
Image=${image}
Environment=POSTGRES_PASSWORD=rig-db
PublishPort=127.0.0.1:5432:5432
Volume=/srv/db:/var/lib/postgresql/data
${more}
[Service]
Restart=always
`;

Deno.test.beforeAll(async () => {
  host = await Host.raise(NAME);
  database = await Database.make(host, { rows: 300, unit: UNIT });
  await host.shell(`
    systemctl disable --quiet --now app-app.service podman-db.service
    rm /etc/systemd/system/podman-db.service
    mkdir -p ${HOME}
    sed -i 's/podman-db[.]service/${UNIT}/' /etc/systemd/system/app-app.service`);
  await host.save("before");
});
Deno.test.afterAll(() => Host.lower(NAME));

/** Writes the files of a shape and starts what they make. */
async function begin(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await host.shell(
      `mkdir -p ${
        path.replace(/[^/]*$/, "")
      }; cat >${path} <<'END'\n${text}END`,
    );
  }
  await host.ok("systemctl", "daemon-reload");
  await host.ok("systemctl", "start", UNIT);
  await database.opens();
  await host.ok("systemctl", "start", database.app);
  await database.writes();
}

/** Up by a change of that one file, and back to the byte. */
async function climbs(file: string, text: string): Promise<void> {
  const plan = await host.pgladder("plan", "db", ...UP.slice(0, -1));
  assertEquals(plan.code, 0, plan.stdout + plan.stderr);
  assertStringIncludes(
    plan.stdout,
    "-Image=docker.io/library/postgres:15\n  +Image=docker.io/library/postgres:17\n",
  );
  const up = await host.pgladder("upgrade", "db", ...UP);
  assertEquals(up.code, 0, up.stderr + up.stdout);
  await database.checkServes("17");
  assertEquals(host.read(file), text.replace(":15", ":17"));
  const down = await host.pgladder(
    ...["rollback", "db", "--yes", "--confirm", "db"],
  );
  assertEquals(down.code, 0, down.stderr + down.stdout);
  assertEquals(await database.version(), "15");
  await database.writes();
  assertEquals(host.read(file), text);
}

Deno.test("An instance of a template, with the image in its own drop-in", async () => {
  const dropIn = `${HOME}/db@main.container.d/version.conf`;
  const text = `[Container]\nImage=${IMAGE}\n`;
  await host.shell(
    `ln -s db@.container ${HOME}/db@main.container`,
  );
  await begin({
    [`${HOME}/db@.container`]: container("docker.io/library/postgres:13"),
    [dropIn]: text,
  });
  await climbs(dropIn, text);
});

Deno.test("ServiceName= in a subfolder, with the image in an .image unit", async () => {
  await host.restore("before");
  const image = `${HOME}/images/pg.image`;
  const text = `[Image]\nImage=${IMAGE}\n`;
  const files = {
    [`${HOME}/shop/base.container`]: container(
      "pg.image",
      "ServiceName=db@main",
    ),
    [image]: text,
  };
  // The rig has no registry to pull from, which is what the image's unit does.
  await begin({
    ...files,
    "/etc/systemd/system/pg-image.service.d/rig.conf":
      "[Service]\nExecStart=\nExecStart=/bin/true\n",
  });
  await climbs(image, text);
  const other = `${HOME}/copy.container`;
  await host.shell(
    `printf '[Container]\\nImage=pg.image\\n' >${other}; systemctl daemon-reload`,
  );
  const { code, stdout } = await host.pgladder(
    ...["plan", "db", "--to", "17", "--switch", "quadlet"],
  );
  assertEquals(code, 3, stdout);
  assertStringIncludes(
    stdout.replace(/\s+/g, " "),
    `"${image}" is read for "${other}" as well`,
  );
});
