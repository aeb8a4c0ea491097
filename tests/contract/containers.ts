import { assert, assertEquals, assertRejects } from "@std/assert";
import { PortError } from "../../lib/port/ports.ts";
import {
  type ContainersUnderTest,
  job,
  LABEL,
  NAME,
  type Test,
} from "./container_job.ts";
import { commands } from "./containers_exec.ts";
import { until } from "./until.ts";

/**
 * What every `Containers` does, the fake one as the real one; what needs
 * programs that run in them, the real one alone.
 */
export function containersContract(
  label: string,
  make: () => Promise<ContainersUnderTest>,
  { programs } = { programs: true },
): void {
  const test: Test = (name, body) =>
    Deno.test(`Containers, ${label}: ${name}`, async () => {
      const given = await make();
      await given.containers.remove(NAME);
      try {
        await body(given);
      } finally {
        await given.containers.remove(NAME);
      }
    });

  images(test);
  both(test);
  absence(test);
  names(test);
  if (!programs) return;
  jobs(test);
  edges(test);
  commands(test);
  standing(test);
}

function images(test: Test): void {
  test("an image has facts", async ({ containers, image }) => {
    const facts = await containers.image(image);
    assert(/^[0-9a-f]{64}$/.test(facts?.id ?? ""), facts?.id);
    assert(facts?.env["PGDATA"]?.startsWith("/var/lib/postgresql"));
    assertEquals(facts?.volumes.length, 1);
    assert(/^(sha256:[0-9a-f]{64})?$/.test(facts?.digest ?? "-"));
    assertEquals(await containers.image(facts?.id ?? ""), facts);
  });

  test("an image gets a name and loses it alone", async (given) => {
    const { containers, image } = given;
    const name = "localhost/pgladder/contract:from";
    const facts = await containers.image(image);
    await containers.tag(facts?.id ?? "", name);
    await containers.tag(facts?.id ?? "", name);
    assertEquals((await containers.image(name))?.id, facts?.id);
    await containers.untag(name);
    assertEquals(await containers.image(name), undefined);
    assertEquals((await containers.image(image))?.id, facts?.id);
    await containers.untag(name);
  });

  test("what the registry does not have is an error", async (given) => {
    const pulled = () => given.containers.pull("localhost:1/none:none");
    await assertRejects(pulled, PortError, " pull' failed with exit code ");
  });
}

function both(test: Test): void {
  test("a container and an image are found at once, or one of them", async (given) => {
    const { containers, image } = given;
    const found = (name: string, reference = image) =>
      containers.inspectBoth(name, reference);
    const facts = await containers.image(image);
    const alone = { container: undefined, image: facts };
    assertEquals(await found(NAME), alone);
    // An image by a container's name is none.
    await containers.tag(facts?.id ?? "", NAME);
    assertEquals(await found(NAME), alone);
    await containers.untag(NAME);
    await containers.run(job(given, "exec sleep 600"));
    const container = await containers.inspect(NAME);
    assertEquals(await found(NAME), { container, image: facts });
    const without = { container, image: undefined };
    assertEquals(await found(NAME, "localhost/none:none"), without);
    // Nor is a container by an image's.
    assertEquals(await found(NAME, NAME), without);
    assertEquals(await found(container?.id.slice(0, 12) ?? ""), alone);
  });
}

function absence(test: Test): void {
  test("what is not there is a value", async ({ containers }) => {
    assertEquals(await containers.inspect(NAME), undefined);
    assertEquals(await containers.inspect("-x"), undefined);
    assertEquals(await containers.image("localhost/none:none"), undefined);
    assertEquals(await containers.named(LABEL, "yes"), []);
    await containers.remove(NAME);
  });
}

/** As names go, whatever runs there. */
function names(test: Test): void {
  test("no two containers have one name", async (given) => {
    await given.containers.run(job(given, "exec sleep 600"));
    const again = () => given.containers.run(job(given, "exec sleep 600"));
    await assertRejects(again, PortError, " run' failed with exit code ");
  });

  test("a job of an image that is not there is not pulled", async (given) => {
    const image = "localhost/none:none";
    const run = () => given.containers.run(job(given, "true", { image }));
    await assertRejects(run, PortError, " run' failed with exit code ");
  });

  test("the beginning of an identifier is no name", async (given) => {
    const { containers } = given;
    await containers.run(job(given, "exec sleep 600"));
    const id = (await containers.inspect(NAME))?.id ?? "";
    assertEquals((await containers.inspect(id))?.name, NAME);
    assertEquals(await containers.inspect(id.slice(0, 12)), undefined);
    assertEquals(await containers.inspect(id.slice(0, 2)), undefined);
  });

  test("removing kills at once", async (given) => {
    const { containers } = given;
    await containers.run(job(given, "trap '' TERM; while :; do sleep 1; done"));
    const began = performance.now();
    await containers.remove(NAME);
    assert(performance.now() - began < 8_000);
    assertEquals(await containers.inspect(NAME), undefined);
    assertEquals(await containers.named(LABEL, "yes"), []);
  });

  test("what is not there is stopped already, and cannot be started", async (given) => {
    const { containers } = given;
    await containers.stop(NAME, 1);
    for (
      const deed of [
        () => containers.start(NAME),
        () => containers.setRestartPolicy(NAME, "no"),
      ]
    ) await assertRejects(deed, PortError, `There is no container '${NAME}'`);
  });
}

function jobs(test: Test): void {
  test("a job runs on its own, as it was described", async (given) => {
    const { containers, directory, image } = given;
    const command =
      'printf "%s|" "$A$PGA" "$1" "$2" >/out/result; exec sleep 600';
    const described = job(given, command, {
      env: { A: "a=b 'c' \"d\" ", PGA: "$e\n%" },
      mounts: [
        { source: directory, mountPath: "/out" },
        { source: directory, mountPath: "/in", readOnly: true },
      ],
      idFile: `${directory}/id`,
    });
    const args = [...described.args, "one two", "$(three)"];
    await containers.run({ ...described, args });
    await until(
      "the result",
      async () =>
        (await given.read(`${directory}/result`)) ===
          "a=b 'c' \"d\" $e\n%|one two|$(three)|",
    );
    const found = await containers.inspect(NAME);
    assertEquals([found?.name, found?.running], [NAME, true]);
    assertEquals(found?.image, image);
    assertEquals(found?.imageId, (await containers.image(image))?.id);
    assertEquals(found?.id, await given.read(`${directory}/id`));
    assertEquals(found?.labels[LABEL], "yes");
    assertEquals(found?.env["A"], "a=b 'c' \"d\" ");
    assertEquals(found?.env["PGA"], "$e\n%");
    assertEquals(found?.command, args);
    assertEquals(found?.restartPolicy, "no");
    assertEquals(found?.pod, "");
    assert((found?.pid ?? 0) > 0);
    const out = found?.mounts.find(({ mountPath }) => mountPath === "/out");
    assertEquals([out?.kind, out?.source], ["bind", directory]);
    assertEquals(await containers.named(LABEL, "yes"), [NAME]);
    assertEquals(await containers.named(LABEL, "no"), []);
    assert((await containers.running()).includes(NAME));
  });

  test("a job that has ended is there, but does not run", async (given) => {
    const { containers } = given;
    await containers.run(job(given, "exit 7"));
    await until(
      "its end",
      async () => (await containers.inspect(NAME))?.running === false,
    );
    assertEquals((await containers.inspect(NAME))?.pid, 0);
    assertEquals(await containers.named(LABEL, "yes"), [NAME]);
    assert(!(await containers.running()).includes(NAME));
  });
}

function edges(test: Test): void {
  test("a directory with an odd name is mounted", async (given) => {
    const { containers, directory } = given;
    const odd = `${directory}/a:b,c "d" =é`;
    // With a first job, so that the contract needs no way to make it.
    await containers.run(
      job(given, 'mkdir "/out/$1"; touch "/out/$1/ready"', {
        args: [
          "-c",
          'mkdir "/out/$1"; touch "/out/$1/ready"',
          "sh",
          'a:b,c "d" =é',
        ],
        mounts: [{ source: directory, mountPath: "/out" }],
      }),
    );
    await until(
      "the directory",
      async () => (await given.read(`${odd}/ready`)) !== undefined,
    );
    await containers.remove(NAME);
    const mounts = [{ source: odd, mountPath: "/odd" }];
    await containers.run(job(given, "echo here >/odd/ready", { mounts }));
    await until(
      "the file",
      async () => (await given.read(`${odd}/ready`)) === "here\n",
    );
    const [mount] = (await containers.inspect(NAME))?.mounts
      .filter(({ mountPath }) => mountPath === "/odd") ?? [];
    assertEquals(mount?.source, odd);
  });
}

/** A container that stays where it is, stopped or not. */
function standing(test: Test): void {
  test("stopped as asked, started again, and left with a policy", async (given) => {
    const { containers, directory } = given;
    const mounts = [{ source: directory, mountPath: "/out" }];
    const script =
      "trap 'echo asked >>/out/asked; exit' INT TERM; echo up >>/out/up; while :; do sleep 0.1; done";
    await containers.run(job(given, script, { mounts }));
    const first = await containers.inspect(NAME);
    assertEquals(await containers.canSetRestartPolicy(), true);
    assertEquals([first?.restartPolicy, first?.autoRemove], ["no", false]);
    await until(
      "the first start",
      async () => (await given.read(`${directory}/up`)) === "up\n",
    );
    for (const policy of ["on-failure:5", "always", "unless-stopped", "no"]) {
      await containers.setRestartPolicy(NAME, policy);
      assertEquals((await containers.inspect(NAME))?.restartPolicy, policy);
    }
    await containers.stop(NAME, 30);
    await containers.stop(NAME, 30);
    assertEquals((await containers.inspect(NAME))?.running, false);
    assertEquals(await given.read(`${directory}/asked`), "asked\n");
    await containers.setRestartPolicy(NAME, "on-failure:5");
    assertEquals(
      (await containers.inspect(NAME))?.restartPolicy,
      "on-failure:5",
    );
    await containers.start(NAME);
    await containers.start(NAME);
    const second = await containers.inspect(NAME);
    assertEquals([second?.id, second?.running], [first?.id, true]);
  });

  test("one that ends and starts for ever takes a policy at any moment", async (given) => {
    const { containers, directory } = given;
    const mounts = [{ source: directory, mountPath: "/out" }];
    await containers.run(
      job(given, "echo up >>/out/loops; sleep 0.2; exit 1", { mounts }),
    );
    for (let round = 1; round <= 6; round++) {
      const path = `${directory}/loops`;
      const before = (await given.read(path) ?? "").length;
      await containers.setRestartPolicy(NAME, "always");
      await containers.start(NAME);
      await until(
        "it starts again and again",
        async () => (await given.read(path) ?? "").length > before + 6,
      );
      await containers.setRestartPolicy(NAME, "no");
      assertEquals((await containers.inspect(NAME))?.restartPolicy, "no");
      await containers.stop(NAME, 5);
      assertEquals((await containers.inspect(NAME))?.running, false);
    }
  });
}
