import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { appFor } from "../../../tests/sample/app.ts";
import { partOf, portsOf } from "../../../tests/sample/ports.ts";
import { withDirectory } from "../../../tests/sample/scratch.ts";
import { rejectedBy } from "../../../tests/sample/thrown.ts";
import { Disk } from "../../adapter/disk.ts";
import { ROLE_COMMANDS, roleOptions, variableOf } from "../ansible/options.ts";
import { Failure } from "../../base/failure.ts";
import { OPTIONS } from "../options.ts";
import { ansible } from "./ansible.ts";

async function write(home: string): Promise<string> {
  const printed: string[] = [];
  const ports = portsOf({
    files: new Disk(),
    host: partOf("host", {
      run: () => Promise.resolve({ code: 0, stdout: "x86_64\n", stderr: "" }),
    }),
  });
  await ansible(appFor(["ansible", home], printed, ports));
  return printed.join("\n");
}

/** The paths below a directory. */
function pathsIn(home: string, below = ""): string[] {
  return [...Deno.readDirSync(join(home, below))].flatMap((
    { isDirectory, name },
  ) => isDirectory ? pathsIn(home, join(below, name)) : [join(below, name)])
    .toSorted();
}

Deno.test("A project is written into a new directory, with a playbook for each action", async () => {
  await withDirectory(async (place) => {
    const home = join(place, "a", "rollout");
    const said = await write(home);
    const paths = pathsIn(home);
    assertEquals(
      said,
      `Wrote ${paths.length} files into ${home}. Put your hosts into inventory.yml there; README.md says the rest.`,
    );
    for (const verb of [...ROLE_COMMANDS].filter((it) => it !== "resume")) {
      assert(paths.includes(`${verb}.yml`), verb);
    }
    for (const path of ["ansible.cfg", "inventory.yml", "README.md"]) {
      assert(paths.includes(path), path);
    }
  });
});

Deno.test("What somebody has in the directory stays: it is refused", async () => {
  await withDirectory(async (place) => {
    const path = join(place, "mine");
    Deno.writeTextFileSync(path, "");
    for (
      const [home, reason] of [
        [place, "it is not empty"],
        [path, "it is no directory"],
      ] as const
    ) {
      const failure = await rejectedBy(() => write(home), Failure);
      assertEquals(
        failure.message,
        `Cannot write an Ansible project into "${home}": ${reason}`,
      );
      assertEquals(failure.exit, 2);
    }
    assertEquals(pathsIn(place), ["mine"]);
  });
});

Deno.test("Every option with a value is a variable of its name, and a word of each command that takes it", async () => {
  await withDirectory(async (place) => {
    const home = join(place, "rollout");
    await write(home);
    const read = (kind: string) =>
      Deno.readTextFileSync(
        join(home, "roles/pgladder", kind, "main/options.yml"),
      );
    const defaults = read("defaults");
    const words = read("vars");
    assert(defaults.includes('pgladder_source: "/usr/local/bin/pgladder"'));
    assert(words.includes('pgladder_machine: "x86_64"'));
    const sections = new Map(
      words.split(/^pgladder_(?=\w+_options:$)/m).slice(1)
        .map((part) => [part.split("_options:")[0] ?? "", part]),
    );
    assertEquals([...sections.keys()], [...ROLE_COMMANDS]);
    assertEquals(variableOf("nix-file"), "pgladder_nix_file");
    assert(roleOptions().length > 10);
    for (const name of roleOptions()) {
      const { about, commands } = OPTIONS[name];
      assert(defaults.includes(`#   ${about}\n${variableOf(name)}: ""`), name);
      for (const command of ROLE_COMMANDS) {
        const word = `  - "{{ '--${name}=' ~ ${variableOf(name)} if ${
          variableOf(name)
        } else '' }}"`;
        assertEquals(
          sections.get(command)?.split("\n").includes(word),
          (commands as readonly string[]).includes(command),
          `${command} --${name}`,
        );
      }
    }
  });
});

Deno.test("The project speaks of no variable that it does not have", async () => {
  await withDirectory(async (place) => {
    const home = join(place, "rollout");
    await write(home);
    const texts = pathsIn(home).map((path) =>
      Deno.readTextFileSync(join(home, path))
    );
    const named = new Set(
      texts.flatMap((text) => text.match(/\bpgladder_\w+/g) ?? []),
    );
    const set = new Set(
      texts.flatMap((text) =>
        [...text.matchAll(/(?:^\s*|register: |key: )(pgladder_\w+)(?::|$)/gm)]
          .map(([, name]) => name)
      ),
    );
    // Given on the command line, if at all: it decides before any host's do.
    set.add("pgladder_serial");
    assert(named.size > 30);
    assertEquals([...named].filter((name) => !set.has(name)), []);
  });
});
