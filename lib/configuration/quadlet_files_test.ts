import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../tests/sample/files.ts";
import { sampleUnit } from "../../tests/sample/found.ts";
import { portsOf, QuietHost } from "../../tests/sample/ports.ts";
import { findPlace } from "./find.ts";
import { dropInFolders } from "./quadlet_files.ts";
import type { EditTarget } from "./target.ts";

const POSTGRES = "docker.io/library/postgres";
const WISH: EditTarget = {
  container: "db",
  from: { tag: "15", image: `${POSTGRES}:15` },
  to: { tag: "17", image: `${POSTGRES}:17` },
};
const HOME = "/etc/containers/systemd";
const of = (image: string) => `[Container]\nImage=${image}\n`;
const IS_15 = of(`${POSTGRES}:15`);

interface Machine {
  readonly unit?: string;
  /** What systemd says the unit was made of. */
  readonly source?: string;
  readonly links?: Readonly<Record<string, string>>;
  /** Names of units that systemd has loaded. */
  readonly loaded?: readonly string[];
}

/** Which files are changed; or why none, a phrase. */
async function changed(
  texts: Readonly<Record<string, string>>,
  {
    unit = "db.service",
    source = `${HOME}/db.container`,
    links = {},
    loaded = [],
  }: Machine = {},
) {
  const files = new MemoryFiles({});
  for (const path of [...Object.keys(texts), ...Object.keys(links)]) {
    path.split("/").slice(1, -1).forEach((_, at, parts) =>
      files.put(`/${parts.slice(0, at + 1).join("/")}/`)
    );
    files.put(path, texts[path] ?? texts[links[path] ?? ""]);
  }
  const run = ([program, ...words]: readonly string[]) => {
    const path = words.at(-1) ?? "";
    const stdout = program === "readlink"
      ? `${links[path] ?? path}\n`
      : loaded.map((name) => `${name} loaded active running x\n`).join("");
    return Promise.resolve({ code: 0, stdout, stderr: "" });
  };
  const shown = sampleUnit({ name: unit, source });
  const editPlan = await findPlace(
    { kind: "quadlet", hostname: "db-host" },
    WISH,
    unit,
    portsOf({
      files,
      host: Object.assign(new QuietHost(), { run }),
      units: { show: () => Promise.resolve(new Map([[unit, shown]])) },
    }),
  );
  return editPlan.kind === "placed"
    ? editPlan.changes.map(({ file }) => file)
    : editPlan.problem;
}

Deno.test("A Quadlet is found where systemd says that it lies, whatever its name", async () => {
  for (
    const source of [`${HOME}/db.container`, `${HOME}/shop/base.container`]
  ) {
    assertEquals(await changed({ [source]: IS_15 }, { source }), [source]);
    const named = { unit: "db@a.service", loaded: ["db@b.service"], source };
    assertEquals(await changed({ [source]: IS_15 }, named), [source]);
  }
});

Deno.test("What is no Quadlet's container is not looked for", async () => {
  assertEquals(
    await changed({ [`${HOME}/db.container`]: IS_15 }, { source: "" }),
    "db.service is not made of a Quadlet file",
  );
  const source = `${HOME}/db.kube`;
  assertEquals(
    await changed({}, { source }),
    `db.service is made of "${source}", which is no .container file`,
  );
});

Deno.test("Drop-ins count by their names, wherever they lie", async () => {
  const main = { [`${HOME}/db.container`]: of(`${POSTGRES}:13`) };
  const dropIn = `${HOME}/db.container.d/10-image.conf`;
  const readme = { [`${HOME}/db.container.d/README`]: of(`${POSTGRES}:14`) };
  assertEquals(await changed({ ...main, [dropIn]: IS_15, ...readme }), [
    dropIn,
  ]);
  const elsewhere = `${HOME}/own/db.container.d/20-image.conf`;
  const all = { [`${HOME}/container.d/15-image.conf`]: of(`${POSTGRES}:14`) };
  assertEquals(
    await changed({ ...main, ...all, [dropIn]: "", [elsewhere]: IS_15 }),
    [elsewhere],
  );
  const last = `${HOME}/container.d/30-image.conf`;
  assertEquals(
    await changed({ ...main, [dropIn]: of(`${POSTGRES}:14`), [last]: IS_15 }),
    [last],
  );
  const twin = `${HOME}/own/db.container.d/10-image.conf`;
  assertEquals(
    await changed({ ...main, [dropIn]: IS_15, [twin]: IS_15 }),
    `Two drop-ins have one name: "${dropIn}" and "${twin}"`,
  );
});

Deno.test("Folders of drop-ins: of all units, of those named alike, of the template, its own", () => {
  assertEquals(dropInFolders("db.container"), [
    "container.d",
    "db.container.d",
  ]);
  assertEquals(dropInFolders("shop-db-a.image"), [
    ...["image.d", "shop-.image.d", "shop-db-.image.d", "shop-db-a.image.d"],
  ]);
  assertEquals(dropInFolders("db@.container"), [
    ...["container.d", "db@.container.d"],
  ]);
  assertEquals(dropInFolders("shop-db@a.container"), [
    ...["container.d", "shop-.container.d", "shop-@.container.d"],
    ...["shop-db@.container.d", "shop-db@a.container.d"],
  ]);
});

Deno.test("The image of an .image unit is changed there, or in its drop-in", async () => {
  const image = `${HOME}/images/pg.image`;
  const main = { [`${HOME}/db.container`]: of("pg.image") };
  const text = `[Image]\nImage=${POSTGRES}:15\n`;
  assertEquals(await changed({ ...main, [image]: text }), [image]);
  const dropIn = `${image}.d/version.conf`;
  assertEquals(
    await changed({
      ...main,
      [image]: text.replace("15", "13"),
      [dropIn]: text,
    }),
    [dropIn],
  );
  assertEquals(
    await changed(main),
    `"${HOME}/db.container" names pg.image, and no such file has an Image=`,
  );
  assertEquals(
    await changed({ ...main, [image]: `${text}ImageTag=localhost/pg\n` }),
    `"${image}" gives the image a name of its own, localhost/pg`,
  );
  assertEquals(
    await changed({ [`${HOME}/db.container`]: of("pg.build") }),
    `"${HOME}/db.container" takes its image from pg.build, which builds it`,
  );
});

Deno.test("What another unit reads as well is not changed", async () => {
  const other = `${HOME}/copy.container`;
  const words = (file: string) =>
    `"${file}" is read for "${other}" as well: a change there moves that one, too`;
  const image = `${HOME}/pg.image`;
  const text = `[Image]\nImage=${POSTGRES}:15\n`;
  const main = { [`${HOME}/db.container`]: of("pg.image"), [image]: text };
  assertEquals(
    await changed({ ...main, [other]: of("pg.image") }),
    words(image),
  );
  assertEquals(await changed({ ...main, [other]: IS_15 }), [image]);
  // A drop-in of its own has the last word, and is nobody else's.
  const own = `${HOME}/db.container.d/own.conf`;
  assertEquals(
    await changed({ ...main, [other]: of("pg.image"), [own]: IS_15 }),
    [own],
  );
  // The generator reads the first of a name, and that one does not.
  const hidden = "/usr/share/containers/systemd/copy.container";
  assertEquals(
    await changed({ ...main, [other]: IS_15, [hidden]: of("pg.image") }),
    [image],
  );
  const all = `${HOME}/container.d/version.conf`;
  assertEquals(
    await changed({
      [`${HOME}/db.container`]: of("x"),
      [other]: of("y"),
      [all]: IS_15,
    }),
    words(all),
  );
});

Deno.test("A template is changed where it has one instance, or in the instance's drop-in", async () => {
  const template = `${HOME}/db@.container`;
  const source = `${HOME}/db@a.container`;
  const machine = {
    unit: "db@a.service",
    source,
    links: { [source]: template },
    loaded: ["db@a.service"],
  };
  const main = { [template]: IS_15 };
  assertEquals(await changed(main, machine), [template]);
  const two = { ...machine, loaded: ["db@a.service", "db@b.service"] };
  assertEquals(
    await changed(main, two),
    `"${template}" is read for "db@b.service" as well: a change there moves that one, too`,
  );
  const dropIn = `${source}.d/version.conf`;
  assertEquals(
    await changed({ ...main, [dropIn]: IS_15 }, two),
    [dropIn],
  );
  assertEquals(
    await changed(main, { ...two, source: template, links: {} }),
    `"${template}" is read for "db@b.service" as well: a change there moves that one, too`,
  );
});

Deno.test("A change that would not last is not made", async () => {
  const booted = "/run/containers/systemd/db.container";
  assertEquals(
    await changed({ [booted]: IS_15 }, { source: booted }),
    `"${booted}" is gone with the next boot, and with it the change`,
  );
  const shipped = "/usr/share/containers/systemd/db.container";
  assertEquals(
    await changed({ [shipped]: IS_15 }, { source: shipped }),
    `"${shipped}" is a package's, which may bring the old image back`,
  );
  const dropIn = `${HOME}/db.container.d/version.conf`;
  assertEquals(
    await changed({ [shipped]: "", [dropIn]: IS_15 }, { source: shipped }),
    [dropIn],
  );
});

Deno.test("Nothing is placed in what Nix has built", async () => {
  const built = "/nix/store/0c4-db.container";
  assertEquals(
    await changed({ [built]: IS_15 }, {
      links: { [`${HOME}/db.container`]: built },
    }),
    `"${built}" is built by Nix: what is changed there is gone with the next rebuild. --switch nixos changes what it is built from`,
  );
});
