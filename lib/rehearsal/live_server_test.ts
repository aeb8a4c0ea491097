import { assertEquals, assertThrows } from "@std/assert";
import { sampleFacts } from "../../tests/sample/found.ts";
import { Failure } from "../base/failure.ts";
import { liveOf, type Reach } from "./live_server.ts";

const { container } = sampleFacts();
const { id, pid } = container;
const reach = (change: Partial<Reach> = {}): Reach => ({
  port: 5432,
  addresses: ["*"],
  sockets: ["/var/run/postgresql"],
  walLevel: "replica",
  senders: 10,
  ...change,
});

Deno.test("The live server is reached by its container's network", () => {
  const found = (addresses: string[], port = 5432) =>
    liveOf(container, reach({ addresses, port }));
  const there = {
    host: "127.0.0.1",
    port: 5432,
    network: { id, pid },
    mounts: [],
    password: "",
  };
  assertEquals(found(["*"]), there);
  assertEquals(found(["10.0.0.7", "localhost"], 5433), {
    ...there,
    port: 5433,
  });
  assertEquals(found(["::"]), { ...there, host: "::1" });
});

Deno.test("Its container's password goes along, where it was given one", () => {
  const env = { ...container.env, POSTGRES_PASSWORD: "geheim" };
  assertEquals(liveOf({ ...container, env }, reach()).password, "geheim");
});

Deno.test("Where it does not listen, a socket's directory on the host serves", () => {
  const silent = reach({ addresses: [""], sockets: ["/run/postgresql", "/x"] });
  const mount = {
    kind: "bind" as const,
    name: "",
    source: "/run/db-socket",
    mountPath: "/var/run/postgresql",
  };
  const mounts = [...container.mounts, mount];
  assertEquals(liveOf({ ...container, mounts }, silent), {
    host: "/pgladder-live",
    port: 5432,
    mounts: [{ source: "/run/db-socket", mountPath: "/pgladder-live" }],
    password: "",
  });
  assertThrows(
    () => liveOf(container, silent),
    Failure,
    "its socket lies within its container",
  );
});

Deno.test("A server that nobody may copy is refused, with the settings", () => {
  for (
    const change of [
      { walLevel: "minimal", senders: 0 },
      { walLevel: "minimal" },
      { senders: 1 },
    ]
  ) {
    const error = assertThrows(
      () => liveOf(container, reach(change)),
      Failure,
      "it cannot be copied while it serves",
    );
    assertEquals(error.exit, 3);
  }
});
