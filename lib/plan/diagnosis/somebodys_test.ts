import { assertEquals } from "@std/assert";
import { MemoryFiles } from "../../../tests/sample/files.ts";
import { portsOf } from "../../../tests/sample/ports.ts";
import { isSomebodys } from "./somebodys.ts";

const told = (files: Readonly<Record<string, string>>) =>
  isSomebodys(
    { path: "/srv/xfs/q1/data" },
    portsOf({ files: new MemoryFiles(files) }),
  );
const quadlet = (volume: string) => ({
  "/etc/containers/systemd/": "",
  "/etc/containers/systemd/q1.container":
    `[Container]\nImage=postgres:17\nVolume=${volume}\n`,
});

Deno.test("A clone that a unit names, or that was upgraded where it lies, is somebody's", async () => {
  const inner = "/var/lib/postgresql/data";
  assertEquals(await told({}), false);
  assertEquals(await told(quadlet(`/srv/xfs/q1/data:${inner}:Z`)), true);
  assertEquals(await told(quadlet(`/srv/xfs/q1:${inner}`)), true);
  assertEquals(await told(quadlet(`/srv/xfs/q1/data2:${inner}`)), false);
  assertEquals(await told(quadlet(`/srv/xfs:${inner}`)), false);
  assertEquals(await told({ "/srv/xfs/q1/data.pgladder/": "" }), true);
});
