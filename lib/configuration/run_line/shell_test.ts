import { assertEquals } from "@std/assert";
import { isShellScript, runLineOfScript, runLineOfUnit } from "./run_line.ts";

for (
  const piece of ["$(", "${", "(", '$("', '"$(', '"${', "`", "'", "$((", "<<$("]
) {
  Deno.test(`However deep ${piece} is nested, the reader comes back`, () => {
    runLineOfScript(`echo ${piece.repeat(200_000)} podman run postgres:15`);
    runLineOfUnit(`[Service]\nExecStart=sh -c "${piece.repeat(50_000)}"`);
  });
}

Deno.test("What begins with the name of a shell is a script, all else is none", () => {
  for (
    const line of [
      "#!/bin/sh",
      "#! /nix/store/x2c-bash-5.2p37/bin/bash -e",
      "#!/usr/bin/env bash",
      "#!/usr/bin/env -S bash -eu",
      "#!/bin/busybox sh",
      "#!/bin/dash\r",
    ]
  ) assertEquals(isShellScript(`${line}\npodman run x\n`), true, line);
  for (
    const line of [
      "",
      "podman run x",
      "\x7fELF\x02 #!/bin/sh",
      "#!/usr/bin/python3",
      "#!/usr/bin/env python3",
      "#!/usr/bin/fish",
      "#!/bin/shx",
      " #!/bin/sh",
    ]
  ) assertEquals(isShellScript(`${line}\npodman run x\n`), false, line);
});
