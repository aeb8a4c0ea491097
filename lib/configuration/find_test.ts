import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../tests/sample/files.ts";
import { portsOf, QuietHost } from "../../tests/sample/ports.ts";
import type { EditTarget } from "./target.ts";
import { sha256 } from "../../journal/sha256.ts";
import { type ConfigurationRequest, findPlace } from "./find.ts";

const WISH: EditTarget = {
  container: "db",
  from: { tag: "15", image: "docker.io/library/postgres:15" },
  to: { tag: "17", image: "docker.io/library/postgres:17" },
};
const IMAGE =
  `{ virtualisation.oci-containers.containers.db.image = "docker.io/library/postgres:15"; }\n`;

interface Machine {
  readonly links?: Readonly<Record<string, string>>;
  /** What `git status` prints; none: no working tree. */
  readonly git?: string;
  /** What Nix evaluates an image to, by the file's text; none: no Nix. */
  readonly evaluate?: (text: string) => string;
}

/** Directories are made of the paths. */
function find(
  asked: Partial<ConfigurationRequest>,
  texts: Record<string, string>,
  { evaluate, git, links = {} }: Machine = {},
) {
  const files = new MemoryFiles(texts);
  for (const path of Object.keys(texts)) {
    const parts = path.split("/").slice(1, -1);
    parts.forEach((_, at) => {
      files.put(`/${parts.slice(0, at + 1).join("/")}/`);
    });
  }
  const run = (command: readonly string[]) => {
    const [program, ...words] = command;
    const path = words.at(-1) ?? "";
    if (program === "cp") {
      const [from = "", to = ""] = words.slice(-2);
      for (const [file, text] of Object.entries(texts)) {
        files.put(file.replace(from, to), text);
      }
    }
    const asked = evaluate !== undefined && command.includes("nix-instantiate")
      ? evaluate(files.texts[words[words.indexOf("file") + 1] ?? ""] ?? "")
      : undefined;
    const nothing = {
      volumes: [],
      rest: "",
      exact: "",
      kind: "oci",
      containers: {},
      units: {},
    };
    const answers: Record<string, string | undefined> = {
      readlink: `${links[path] ?? path}\n`,
      mktemp: "/tmp/try\n",
      cp: "",
      timeout: asked && JSON.stringify({ image: asked, files: [], ...nothing }),
      git: git === undefined
        ? undefined
        : words.includes("status")
        ? git
        : "/etc/nixos\n",
    };
    const stdout = answers[program ?? ""];
    return Promise.resolve({
      code: stdout === undefined ? 127 : 0,
      stdout: stdout ?? "",
      stderr: "",
    });
  };
  return findPlace(
    { kind: "nixos", hostname: "db-host", ...asked },
    WISH,
    "db.service",
    portsOf({ files, host: Object.assign(new QuietHost(), { run }) }),
  );
}

Deno.test("findPlace() of NixOS: what, where, both checksums, the diff", async () => {
  const editPlan = await find({}, { "/etc/nixos/configuration.nix": IMAGE });
  const at = IMAGE.indexOf("docker.io");
  assertEquals(editPlan, {
    kind: "placed",
    found:
      "/etc/nixos/configuration.nix:1 virtualisation.oci-containers.containers.db.image; read, not evaluated (Nix is not here)",
    rebuild: "nixos-rebuild switch",
    git: "",
    changes: [{
      file: "/etc/nixos/configuration.nix",
      before: sha256(IMAGE),
      after: sha256(IMAGE.replace("15", "17")),
      edits: [{
        start: at,
        end: at + 29,
        old: "docker.io/library/postgres:15",
        new: "docker.io/library/postgres:17",
      }],
    }],
    diff: `--- /etc/nixos/configuration.nix
+++ /etc/nixos/configuration.nix
@@ -1,1 +1,1 @@
-${IMAGE}+${IMAGE.replace("15", "17").trimEnd()}`,
  });
});

Deno.test("findPlace() of NixOS follows /etc/nixos where it is a link", async () => {
  const editPlan = await find({}, { "/srv/ops/nix/configuration.nix": IMAGE }, {
    links: { "/etc/nixos": "/srv/ops/nix" },
  });
  assertEquals(
    editPlan.kind === "placed" && [editPlan.changes[0]?.file, editPlan.rebuild],
    ["/srv/ops/nix/configuration.nix", "nixos-rebuild switch"],
  );
});

Deno.test("findPlace() of NixOS: a configuration elsewhere is rebuilt from there", async () => {
  const rebuildOf = async (texts: Record<string, string>) => {
    const editPlan = await find({ file: "/srv/cfg/hosts/db.nix" }, texts);
    return editPlan.rebuild;
  };
  assertEquals(
    await rebuildOf({
      "/srv/cfg/flake.nix": "{ outputs = { }: { }; }",
      "/srv/cfg/hosts/db.nix": IMAGE,
    }),
    "nixos-rebuild switch --flake /srv/cfg",
  );
  assertEquals(
    await rebuildOf({
      "/srv/cfg/hosts/configuration.nix": "{ imports = [ ./db.nix ]; }",
      "/srv/cfg/hosts/db.nix": IMAGE,
    }),
    "nixos-rebuild switch -I nixos-config=/srv/cfg/hosts/configuration.nix",
  );
  const asked = { file: "/srv/cfg/db.nix", rebuild: "colmena apply" };
  const editPlan = await find(asked, { "/srv/cfg/db.nix": IMAGE });
  assertEquals([editPlan.kind, editPlan.rebuild], ["placed", "colmena apply"]);
});

Deno.test("findPlace() of NixOS: only a clean working tree is spoken of", async () => {
  const texts = { "/etc/nixos/configuration.nix": IMAGE };
  const gitOf = async (git: string) => {
    const editPlan = await find({}, texts, { git });
    return editPlan.kind === "placed" && editPlan.git;
  };
  assertEquals(await gitOf(""), "/etc/nixos");
  assertEquals(await gitOf(" M flake.lock\n"), "");
});

Deno.test("findPlace() of NixOS: what cannot be placed, and what to write", async () => {
  assertEquals(
    await find({ option: "services.db.tag" }, {
      "/etc/nixos/configuration.nix": "{ services.db.enable = true; }",
      "/etc/nixos/.git/hidden.nix": `{ services.db.tag = "15"; }`,
      "/etc/nixos/note.txt": `services.db.tag = "15";`,
    }),
    {
      kind: "unplaced",
      problem:
        '"services.db.tag" is not set in the files that could be followed; read, not evaluated (Nix is not here)',
      candidates: [],
      byHand: ['services.db.tag = "17";'],
      rebuild: "nixos-rebuild switch",
    },
  );
});

const FOUND =
  "/etc/nixos/configuration.nix:1 virtualisation.oci-containers.containers.db.image";

Deno.test("findPlace() of NixOS: Nix evaluates the change, on a copy", async () => {
  const file = "/etc/nixos/configuration.nix";
  const imageIn = (text: string) => /docker[^"]*/.exec(text)?.[0] ?? "";
  const editPlan = await find({}, { [file]: IMAGE }, { evaluate: imageIn });
  assertEquals(
    editPlan.kind === "placed" && editPlan.found,
    `${FOUND}; Nix evaluates it to docker.io/library/postgres:17`,
  );
  // Something that we do not see has the last word.
  const first = "docker.io/library/postgres:15";
  const other = await find({}, { [file]: IMAGE }, { evaluate: () => first });
  assertEquals(other, {
    kind: "unplaced",
    problem:
      "Nix evaluates the image to docker.io/library/postgres:15 after the change",
    candidates: [],
    byHand: [
      'virtualisation.oci-containers.containers.db.image = lib.mkForce "docker.io/library/postgres:17";',
    ],
    rebuild: "nixos-rebuild switch",
  });
});

Deno.test("findPlace() of NixOS: what was not read is named where nothing is found", async () => {
  const editPlan = await find({}, {
    "/etc/nixos/configuration.nix": "{ imports = [ ./a.nix ./b.nix ]; }",
    "/etc/nixos/a.nix": IMAGE.replace("{", "{ # J\ufffdrgen\n"),
    "/etc/nixos/b.nix": `# ${"-".repeat(1024 * 1024)}`,
    "/etc/nixos/.hosts/c.nix": "{ }",
  });
  assertEquals(
    editPlan.kind === "unplaced" && editPlan.problem,
    `Nothing names docker.io/library/postgres:15; "/etc/nixos/a.nix" is not plain text, and was not read; "/etc/nixos/b.nix" has more than 1048576 bytes, and was not read; read, not evaluated (Nix is not here)`,
  );
});

Deno.test("findPlace() of NixOS reads what lies beside three thousand files", async () => {
  const vendored = Array.from(
    { length: 3100 },
    (_, at) => [`/etc/nixos/a-vendor/p${at}.nix`, "{ }"],
  );
  const editPlan = await find({}, {
    "/etc/nixos/configuration.nix": "{ imports = [ ./hosts/db ]; }",
    "/etc/nixos/hosts/db/default.nix": IMAGE,
    ...Object.fromEntries(vendored),
  });
  assertEquals(
    editPlan.kind === "placed" && editPlan.changes[0]?.file,
    "/etc/nixos/hosts/db/default.nix",
  );
});
