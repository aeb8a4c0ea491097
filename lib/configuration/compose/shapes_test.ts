import { assertEquals } from "@std/assert";
import type { Maker } from "../../../journal/plan.ts";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { assertGoldenFile, goldenNames } from "../../../tests/sample/golden.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { sampleFacts } from "../../../tests/sample/found.ts";
import type { Unit } from "../../port/units.ts";
import { type EditPlan, findPlace } from "../find.ts";
import { HASH, MAKER, type Shape, SHAPES } from "./testdata/shapes.ts";

function portsFor({ files, other, shell, unit }: Shape) {
  const shown: Partial<Unit> = { directory: unit?.directory ?? "/" };
  const names = other === undefined ? [] : ["other-db-1"];
  return portsOf({
    files: new MemoryFiles(files),
    containers: {
      named: () => Promise.resolve(names),
      inspect: (name) =>
        Promise.resolve(
          names.includes(name)
            ? { ...sampleFacts().container, name, labels: labelsOf(other) }
            : undefined,
        ),
    },
    host: {
      run: ([program]) =>
        Promise.resolve({
          code: 0,
          stdout: `db ${shell && program === "bash" ? "another" : HASH}\n`,
          stderr: "",
        }),
    },
    units: {
      environment: () =>
        Promise.resolve({
          variables: unit?.variables ?? {},
          files: unit?.environmentFiles ?? [],
        }),
      commands: () => Promise.resolve([(unit?.words ?? "").split(" ")]),
      show: () => Promise.resolve(new Map([["u.service", shown as Unit]])),
    },
  });
}

/** As docker's compose would write them on a container of that project. */
function labelsOf(other: Partial<Maker> = {}): Record<string, string> {
  const { directory, files, project } = {
    ...MAKER,
    project: "other",
    ...other,
  };
  const label = "com.docker.compose";
  return {
    [`${label}.project`]: project,
    [`${label}.service`]: "db",
    [`${label}.project.working_dir`]: directory,
    [`${label}.project.config_files`]: files.join(","),
  };
}

async function placed(shape: Shape): Promise<EditPlan> {
  const { image = "postgres:15", maker, mount, to = "17", unit } = shape;
  return await findPlace(
    { kind: "compose", hostname: "host" },
    {
      container: shape.container ?? "forum-db-1",
      from: { image, tag: "15" },
      to: { image: to.includes(":") ? to : `postgres:${to}`, tag: to },
      ...(mount === undefined ? {} : { mount }),
      ...(unit === undefined || maker !== undefined
        ? { maker: { ...MAKER, ...maker } }
        : {}),
      unmanaged: unit === undefined,
    },
    "u.service",
    portsFor(shape),
  );
}

for (const [name, shape] of Object.entries(SHAPES)) {
  Deno.test(`A compose file as people write it: ${name}`, async () => {
    const it = await placed(shape);
    assertGoldenFile(
      `compose/${name}.txt`,
      it.kind === "placed"
        ? [it.found, it.diff, `$ ${it.rebuild}`].join("\n")
        : [it.problem, ...it.byHand.map((line) => `  ${line}`)].join("\n"),
    );
  });
}

Deno.test("Each golden text of a compose file is a shape's", () => {
  assertEquals(goldenNames("compose"), Object.keys(SHAPES).toSorted());
});
