import { assertEquals } from "@std/assert";
import { EMPTY } from "../../../journal/fold.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { samplePlan, samplePlanTo18 } from "../../../tests/sample/plan.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { rejectedBy, thrownBy } from "../../../tests/sample/thrown.ts";
import { WaitingError } from "../contract.ts";
import { edited, unitSwitcher } from "./unit.ts";
import { contextOf, plannedRun } from "../../run/context.ts";

const FILE = "/etc/systemd/system/podman-pleroma-db.service";
const ORIGINAL = "/srv/pleroma-db.pgladder/unit-file.original";

const UNIT = `[Unit]
Description=PostgreSQL 15, docker.io/library/postgres:15
After=network.target

[Service]
Environment=PODMAN_SYSTEMD_UNIT=%n
# was: podman run --name pleroma-db docker.io/library/postgres:15
ExecStartPre=-/usr/bin/podman rm -f pleroma-db
ExecStart=/usr/bin/podman run --name=pleroma-db --label was=docker.io/library/postgres:15 \\
  -e "POSTGRES_PASSWORD=se cret" -v /srv/pleroma-db:/var/lib/postgresql/data:Z,rw \\
\t-v /run/pleroma-db:/var/run/postgresql --rm docker.io/library/postgres:15   postgres -c shared_buffers=1GB
ExecStop=/usr/bin/podman stop --ignore pleroma-db
Restart=always

[Install]
WantedBy=multi-user.target
`;

/** The line that starts the container, with another image and mount. */
function unitWith(image: string, mount: string): string {
  return UNIT
    .replace("--rm docker.io/library/postgres:15 ", `--rm ${image} `)
    .replace("/srv/pleroma-db:/var/lib/postgresql/data:Z", `${mount}:Z`);
}

const FROM_MOUNT = "/srv/pleroma-db:/var/lib/postgresql/data";

Deno.test("The image is changed, and not one other byte", () => {
  const text = edited(samplePlan(), UNIT);
  assertEquals(text, unitWith("docker.io/library/postgres:17", FROM_MOUNT));
  // That is two bytes of all: the last digit, once.
  assertEquals(text.length, UNIT.length);
  const differs = [...text].filter((char, at) => char !== UNIT[at]);
  assertEquals(differs, ["7"]);
});

Deno.test("On the way to 18 the mount is changed, too; its options stay", () => {
  assertEquals(
    edited(samplePlanTo18(), UNIT),
    unitWith(
      "docker.io/library/postgres:18",
      "/srv/pleroma-db:/var/lib/postgresql",
    ),
  );
});

Deno.test("Where the image is named already the mount alone is changed", () => {
  const plan = samplePlanTo18();
  const from = { ...plan.to, inner: plan.from.inner };
  const text = UNIT.replaceAll("postgres:15", "postgres:18");
  const moved = text.replace(FROM_MOUNT, "/srv/pleroma-db:/var/lib/postgresql");
  assertEquals(edited({ ...plan, from }, text), moved);
  const { commands, does } = unitSwitcher(
    plannedRun({ ...plan, from }),
    FILE,
  );
  assertEquals([does, commands[0]], [
    `mounts the volume at /var/lib/postgresql in ${FILE} and has systemd load it`,
    `sed -i 's|/var/lib/postgresql/data|/var/lib/postgresql|' ${FILE}`,
  ]);
});

Deno.test("Line ends, blanks and a missing last line end stay as they are", () => {
  for (
    const unit of [
      UNIT.replaceAll("\n", "\r\n").replaceAll("\\\r\n", "\\\n"),
      UNIT.trimEnd(),
      `\n\n${UNIT}\t\n`,
      `${UNIT}# größe 😀\n`,
    ]
  ) {
    const at = unit.indexOf("--rm docker.io/library/postgres:15");
    assertEquals(
      edited(samplePlan(), unit),
      unit.slice(0, at) +
        unit.slice(at).replace("postgres:15", "postgres:17"),
    );
  }
});

const LINES: readonly (readonly [string, string])[] = [
  // The image's word is replaced as a whole, with the quotes around it.
  [
    `podman run -v "/srv/pleroma-db:/var/lib/postgresql/data" 'docker.io/library/postgres:15'`,
    `podman run -v "/srv/pleroma-db:/var/lib/postgresql" docker.io/library/postgres:18`,
  ],
  [
    "podman run --volume=/srv/pleroma-db:/var/lib/postgresql/data docker.io/library/postgres:15",
    "podman run --volume=/srv/pleroma-db:/var/lib/postgresql docker.io/library/postgres:18",
  ],
  [
    "podman run --mount type=bind,src=/srv/pleroma-db,dst=/var/lib/postgresql/data,ro=false docker.io/library/postgres:15",
    "podman run --mount type=bind,src=/srv/pleroma-db,dst=/var/lib/postgresql,ro=false docker.io/library/postgres:18",
  ],
  [
    "docker run --mount type=bind,target=/var/lib/postgresql/data,source=/srv/pleroma-db docker.io/library/postgres:15",
    "docker run --mount type=bind,target=/var/lib/postgresql,source=/srv/pleroma-db docker.io/library/postgres:18",
  ],
  // A trailing slash is the same directory.
  [
    "podman run -v /srv/pleroma-db/:/var/lib/postgresql/data docker.io/library/postgres:15",
    "podman run -v /srv/pleroma-db/:/var/lib/postgresql docker.io/library/postgres:18",
  ],
  [
    `/bin/sh -c 'exec podman run -v /srv/pleroma-db:/var/lib/postgresql/data docker.io/library/postgres:15'`,
    `/bin/sh -c 'exec podman run -v /srv/pleroma-db:/var/lib/postgresql docker.io/library/postgres:18'`,
  ],
];

for (const [before, after] of LINES) {
  Deno.test(`The unit line ${before}`, () => {
    assertEquals(
      edited(samplePlanTo18(), `[Service]\nExecStart=${before}\n`),
      `[Service]\nExecStart=${after}\n`,
    );
  });
}

const REFUSED: readonly (readonly [string, string, string])[] = [
  [
    "no command",
    "[Service]\nExecStart=/bin/true\n",
    "Cannot find the container's command in the unit file",
  ],
  [
    "another image",
    UNIT.replace("--rm docker.io/library/postgres:15", "--rm postgres:15"),
    'The unit file names "postgres:15", not "docker.io/library/postgres:15"',
  ],
  [
    "no such mount",
    UNIT.replace("/srv/pleroma-db:/var/lib", "/srv/other:/var/lib"),
    'Cannot find "/srv/pleroma-db:/var/lib/postgresql/data" in the unit file',
  ],
  [
    "a path that quotes cut in two",
    UNIT.replace(FROM_MOUNT, '/srv/pleroma-db:/var/lib/"postgresql"/data'),
    'Cannot find "/srv/pleroma-db:/var/lib/postgresql/data" in the unit file',
  ],
];

for (const [what, unit, message] of REFUSED) {
  Deno.test(`A unit file with ${what} is not edited`, () => {
    assertEquals(
      thrownBy(() => edited(samplePlanTo18(), unit), Error).message,
      message,
    );
  });
}

Deno.test("Without a change of the mount it need not be found", () => {
  const unit = UNIT.replace("/srv/pleroma-db:/var/lib", "named:/var/lib");
  assertEquals(
    edited(samplePlan(), unit),
    unit.replace(
      "--rm docker.io/library/postgres:15",
      "--rm docker.io/library/postgres:17",
    ),
  );
});

/** A switcher on a host that has these files. */
function hostWith(content: Record<string, string>, plan = samplePlan()) {
  const files = new MemoryFiles(content);
  let reloads = 0;
  const reload = () => {
    reloads += 1;
    return Promise.resolve();
  };
  const context = {
    ...contextOf(plan, portsOf({ files, units: { reload } })),
    state: EMPTY,
  };
  const switcher = unitSwitcher(context, FILE);
  return {
    files,
    switcher,
    apply: () => switcher.apply(context),
    undo: () => switcher.undo(context),
    get reloads() {
      return reloads;
    },
  };
}

const TO_17 = unitWith("docker.io/library/postgres:17", FROM_MOUNT);

Deno.test("Applied: the original is kept, the file changed, systemd told", async () => {
  const host = hostWith({ [FILE]: UNIT });
  await host.apply();
  assertEquals(host.files.texts, { [FILE]: TO_17, [ORIGINAL]: UNIT });
  assertEquals(host.reloads, 1);
});

Deno.test("Applied twice, or after a kill in between, it is the same", async () => {
  for (
    const content of [
      { [FILE]: TO_17, [ORIGINAL]: UNIT },
      { [FILE]: UNIT, [ORIGINAL]: UNIT },
    ]
  ) {
    const host = hostWith(content);
    await host.apply();
    assertEquals(host.files.texts, { [FILE]: TO_17, [ORIGINAL]: UNIT });
  }
});

Deno.test("What someone else changed is not overwritten, up", async () => {
  const theirs = UNIT.replace("shared_buffers=1GB", "shared_buffers=2GB");
  const host = hostWith({ [FILE]: theirs, [ORIGINAL]: UNIT });
  assertEquals(
    (await rejectedBy(host.apply, WaitingError)).ask,
    `"${FILE}" was changed by someone else: make it name docker.io/library/postgres:17. Then type "systemctl daemon-reload"`,
  );
  assertEquals(host.files.texts, { [FILE]: theirs, [ORIGINAL]: UNIT });
});

Deno.test("A file that is no plain text, or not there, is left alone", async () => {
  const host = hostWith({ [FILE]: `${UNIT}# \ufffd` });
  assertEquals(
    (await rejectedBy(host.apply, WaitingError)).ask,
    `"${FILE}" is not plain text: make it name docker.io/library/postgres:17. Then type "systemctl daemon-reload"`,
  );
  assertEquals(Object.keys(host.files.texts), [FILE]);
  assertEquals(
    (await rejectedBy(hostWith({}).apply, Error)).message,
    `Cannot read the unit file "${FILE}"`,
  );
});

Deno.test("Undone: its bytes are back, whatever else stood in it", async () => {
  const host = hostWith({ [FILE]: UNIT });
  await host.apply();
  await host.undo();
  assertEquals(host.files.texts[FILE], UNIT);
  assertEquals(host.reloads, 2);
  // And again, after a kill.
  await host.undo();
  assertEquals(host.files.texts[FILE], UNIT);
});

Deno.test("Undone before it was applied: nothing is changed", async () => {
  const host = hostWith({ [FILE]: UNIT });
  await host.undo();
  assertEquals(host.files.texts, { [FILE]: UNIT });
});

Deno.test("What someone else changed is not overwritten, down", async () => {
  for (const theirs of [TO_17.replace("1GB", "2GB"), undefined]) {
    const host = hostWith({
      ...(theirs === undefined ? {} : { [FILE]: theirs }),
      [ORIGINAL]: UNIT,
    });
    assertEquals(
      (await rejectedBy(host.undo, WaitingError)).ask,
      `"${FILE}" was changed by someone else since: make it name docker.io/library/postgres:15 with the volume at /var/lib/postgresql/data again (the original is "${ORIGINAL}"). Then type "systemctl daemon-reload"`,
    );
    assertEquals(host.files.texts[FILE], theirs);
  }
});

Deno.test("The plan's words say what a person would type", () => {
  const { commands, does, wayBack } = unitSwitcher(
    plannedRun(samplePlanTo18()),
    FILE,
  );
  assertEquals(
    does,
    `names docker.io/library/postgres:18 in ${FILE} and has systemd load it`,
  );
  assertEquals(wayBack, "puts the file's bytes back");
  assertEquals(commands, [
    `sed -i 's|docker.io/library/postgres:15|docker.io/library/postgres:18|' ${FILE}   # and /var/lib/postgresql/data → /var/lib/postgresql`,
    "systemctl daemon-reload",
  ]);
  assertEquals(unitSwitcher(plannedRun(samplePlan()), FILE).commands, [
    `sed -i 's|docker.io/library/postgres:15|docker.io/library/postgres:17|' ${FILE}`,
    "systemctl daemon-reload",
  ]);
});
