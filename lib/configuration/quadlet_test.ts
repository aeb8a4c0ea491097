import { assertEquals } from "@std/assert";
import { applyEdits } from "./edit.ts";
import type { EditTarget } from "./target.ts";
import { placeQuadlet } from "./quadlet.ts";

const FILE = "/etc/containers/systemd/db.container";
const DROP_IN = `${FILE}.d/10-version.conf`;

const WISH: EditTarget = {
  container: "db",
  from: { tag: "15", image: "docker.io/library/postgres:15" },
  to: { tag: "17", image: "docker.io/library/postgres:17" },
};
const TO_18: EditTarget = {
  ...WISH,
  to: { tag: "18", image: "docker.io/library/postgres:18" },
  mount: {
    volume: "/srv/db",
    fromPath: "/var/lib/postgresql/data",
    toPath: "/var/lib/postgresql",
  },
};

const TEXT = `[Unit]
Description=Image=docker.io/library/postgres:15

[Container]
# Image=docker.io/library/postgres:14
ContainerName=db
Image = docker.io/library/postgres:15
Volume=/srv/db:/var/lib/postgresql/data:Z
Volume=/run/db:/var/run/postgresql
Exec=postgres \\
Image=docker.io/library/postgres:15
Environment=POSTGRES_PASSWORD=x

[Install]
WantedBy=multi-user.target
`;

function result(target: EditTarget, texts: Record<string, string>) {
  const placement = placeQuadlet(target, new Map(Object.entries(texts)));
  if (placement.kind !== "placed") return placement;
  return Object.fromEntries(
    Object.entries(texts).map(([file, text]) => [
      file,
      applyEdits(text, placement.edits.filter((edit) => edit.file === file)),
    ]),
  );
}

Deno.test("placeQuadlet() changes the image, and not one other byte", () => {
  assertEquals(result(WISH, { [FILE]: TEXT }), {
    [FILE]: TEXT.replace(
      "Image = docker.io/library/postgres:15",
      (it) => it.replace("15", "17"),
    ),
  });
});

Deno.test("placeQuadlet() changes the mount on the way to 18", () => {
  assertEquals(result(TO_18, { [FILE]: TEXT }), {
    [FILE]: TEXT
      .replace(
        "Image = docker.io/library/postgres:15",
        (it) => it.replace("15", "18"),
      )
      .replace("/var/lib/postgresql/data:Z", "/var/lib/postgresql:Z"),
  });
  const mount = "Mount=type=bind,source=/srv/db,dst=/var/lib/postgresql/data";
  const text = TEXT.replace(/Volume=\/srv.*/, mount);
  assertEquals(result(TO_18, { [FILE]: text }), {
    [FILE]: text
      .replace(
        "Image = docker.io/library/postgres:15",
        (it) => it.replace("15", "18"),
      )
      .replace(mount, mount.replace("/data", "")),
  });
});

Deno.test("placeQuadlet() changes the mount alone where the image is named already", () => {
  const target = { ...TO_18, from: TO_18.to };
  const text = TEXT.replaceAll("postgres:15", "postgres:18");
  assertEquals(result(target, { [FILE]: text }), {
    [FILE]: text.replace("/var/lib/postgresql/data:Z", "/var/lib/postgresql:Z"),
  });
  assertEquals(result(target, { [FILE]: TEXT }), {
    kind: "none",
    problem:
      `"${FILE}" names docker.io/library/postgres:15, not docker.io/library/postgres:18, which runs`,
    byHand: ["Volume=/srv/db:/var/lib/postgresql"],
  });
});

Deno.test("placeQuadlet() changes the place of a .volume unit's volume, in a pod or not", () => {
  const target: EditTarget = {
    ...TO_18,
    mount: {
      volume: "systemd-db",
      fromPath: "/var/lib/postgresql/data",
      toPath: "/var/lib/postgresql",
    },
  };
  for (
    const [mount, moved] of [
      ["Volume=db.volume:/var/lib/postgresql/data:Z", "/var/lib/postgresql:Z"],
      [
        "Mount=type=volume,source=db.volume,destination=/var/lib/postgresql/data",
        "/var/lib/postgresql",
      ],
    ] as const
  ) {
    const text = TEXT.replace(/Volume=\/srv.*/, `Pod=shop.pod\n${mount}`);
    const wanted = mount.replace(/\/var.*/, moved);
    assertEquals(result(target, { [FILE]: text }), {
      [FILE]: text.replace(mount, wanted).replace(
        "Image = docker.io/library/postgres:15",
        (it) => it.replace("15", "18"),
      ),
    });
  }
});

Deno.test("placeQuadlet() takes the drop-in that has the last word", () => {
  const dropIn = "[Container]\r\nImage=docker.io/library/postgres:15\r\n";
  assertEquals(
    result(WISH, {
      [FILE]: TEXT.replace(":15\nVolume", ":13\nVolume"),
      [DROP_IN]: dropIn,
    }),
    {
      [FILE]: TEXT.replace(":15\nVolume", ":13\nVolume"),
      [DROP_IN]: dropIn.replace("15", "17"),
    },
  );
});

Deno.test("placeQuadlet() refuses what it does not find as it should be", () => {
  const none = (problem: string, ...byHand: string[]) => ({
    kind: "none",
    problem,
    byHand,
  });
  const byHand = "Image=docker.io/library/postgres:17";
  assertEquals(
    result(WISH, { [FILE]: TEXT.replace(":15\nVolume", ":14\nVolume") }),
    none(
      `"${FILE}" names docker.io/library/postgres:14, not docker.io/library/postgres:15, which runs`,
      byHand,
    ),
  );
  assertEquals(result(WISH, {}), none("No Image= is in its files", byHand));
  assertEquals(
    result(TO_18, { [FILE]: TEXT.replace("/srv/db:", "/srv/other:") }),
    none(
      "Cannot find one Volume=/srv/db:/var/lib/postgresql/data",
      "Image=docker.io/library/postgres:18",
      "Volume=/srv/db:/var/lib/postgresql",
    ),
  );
});
