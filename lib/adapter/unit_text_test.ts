import { assertEquals, assertThrows } from "@std/assert";
import * as v from "valibot";
import { PortError } from "../port/ports.ts";
import {
  busPath,
  dropInText,
  heldPath,
  parseProperties,
  parseShow,
} from "./unit_text.ts";

Deno.test("systemd: what show prints, a table a unit", () => {
  const tables = parseShow("Id=a.service\nRequiredBy=\n\nId=b\nX=1=2\n");
  assertEquals(tables.map((table) => Object.fromEntries(table)), [
    { Id: "a.service", RequiredBy: "" },
    { Id: "b", X: "1=2" },
  ]);
  assertEquals(parseShow(""), []);
});

Deno.test("systemd: what the bus tells of a unit, a line a property", () => {
  const schema = v.object({ data: v.array(v.string()) });
  const text = '{"type":"as","data":["a"]}\n{"type":"as","data":[]}\n';
  assertEquals(parseProperties(text, schema), [{ data: ["a"] }, { data: [] }]);
  for (const other of ["", "busctl: no bus\n", '{"data":1}\n', "null\n"]) {
    assertThrows(() => parseProperties(other, schema), PortError, "busctl");
  }
});

Deno.test("systemd: a unit's path on the bus", () => {
  assertEquals(
    busPath("podman-a@b_c.service"),
    "/org/freedesktop/systemd1/unit/podman_2da_40b_5fc_2eservice",
  );
  assertEquals(busPath("0a.x"), "/org/freedesktop/systemd1/unit/_30a_2ex");
});

Deno.test("systemd: a start block and back", () => {
  const path = "/srv/100%n x.pgladder/closed";
  const service = ["TimeoutStopSec=5"];
  for (const kind of ["assert", "condition"] as const) {
    const text = dropInText({ unit: "a.service", kind, path, service });
    assertEquals(heldPath(text), path);
    assertEquals(
      text.split("\n").slice(-4).join("\n"),
      {
        assert: "AssertPathExists=",
        condition: "ConditionPathExists=",
      }[kind] + "/srv/100%%n x.pgladder/closed\n[Service]\nTimeoutStopSec=5\n",
    );
  }
  assertEquals(heldPath(""), undefined);
  assertEquals(heldPath("[Unit]\n# AssertPathExists=/x\n"), undefined);
  assertEquals(heldPath("[Unit]\nAssertPathExists=!/x\n"), undefined);
});
