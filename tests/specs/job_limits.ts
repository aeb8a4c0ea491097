import { assert, assertEquals } from "@std/assert";
import { COPYING, JOBS, type Script } from "../../lib/job/user.ts";
import type { Host } from "./host.ts";

/** What runs a job, by the runtime's word and the kernel's. */

/** Of the rig's images. */
const OWNER = "999";

/**
 * Until it is told to end: a line a container, and a line a process in it.
 * What is over while it is looked at is left out.
 */
const WATCH = `
  until [[ -e /run/looked-enough ]]; do
    sleep 0.2
    for id in $($1 ps -q --filter label=pgladder.run); do
      said=$($1 inspect -f '{{.State.Pid}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.NetworkMode}} {{json '"$2"'}} {{json .HostConfig.SecurityOpt}} user={{.Config.User}} {{json .Args}} {{json .Config.Cmd}}' "$id") || continue
      [[ $said =~ /pgladder/([a-z_]+).sh ]] || continue
      script=\${BASH_REMATCH[1]}
      printf 'container|%s|%s\\n' "$script" "$said"
      group=$(</proc/\${said%% *}/cgroup) || continue
      for process in /proc/[0-9]*; do
        [[ $(<$process/cgroup) == "$group" ]] || continue
        said=$(awk '/^(Name|Uid|CapEff|CapPrm|NoNewPrivs):/ { printf "%s%s ", $1, $2 }' $process/status) || continue
        [[ ! $said ]] || printf 'process|%s|%s\\n' "$script" "$said"
      done
    done
  done 2>/dev/null | sort -u`;

export interface Seen {
  readonly containers: Map<string, string[]>;
  readonly processes: Map<string, string[]>;
}

/** All that jobs run while the work is done. */
export async function watchJobs(
  host: Host,
  runtime: string,
  work: () => Promise<void>,
): Promise<Seen> {
  await host.shell("rm -f /run/looked-enough");
  // Podman tells what was added only where it is beyond its own default.
  const added = runtime === "podman" ? ".EffectiveCaps" : ".HostConfig.CapAdd";
  const watching = host.exec("bash", "-c", WATCH, "watch", runtime, added);
  try {
    await work();
  } finally {
    await host.shell("touch /run/looked-enough");
  }
  const seen: Seen = { containers: new Map(), processes: new Map() };
  for (const line of (await watching).stdout.trim().split("\n")) {
    const [kind, script = "", ...rest] = line.split("|");
    const into = kind === "container" ? seen.containers : seen.processes;
    into.set(script, [...into.get(script) ?? [], rest.join("|")]);
  }
  return seen;
}

/** It was seen, and ran as `help security` says. */
export function checkJob(script: Script, seen: Seen) {
  const [container = ""] = seen.containers.get(script) ?? [];
  const [, readOnly, network] = container.split(" ");
  assertEquals([readOnly, network], ["true", "none"], container);
  assert(container.includes("no-new-privileges"), container);
  const asRoot = / user=(0:0|0|root)? /.test(container);
  assert(
    asRoot ? JOBS[script].copies !== "no" : / user=999:999 /.test(container),
    container,
  );
  for (const name of COPYING) {
    assertEquals(container.includes(name), asRoot, container);
  }
  const processes = seen.processes.get(script) ?? [];
  assert(processes.length > 0, `no process of ${script} was seen`);
  for (const process of processes) {
    assert(process.includes("NoNewPrivs:1"), process);
    const [, uid = ""] = /Uid:(\d+)/.exec(process) ?? [];
    if (uid === OWNER) {
      assert(process.includes("CapEff:0000000000000000"), process);
      continue;
    }
    // What root does is the copy, and what begins and ends it.
    assert(asRoot, `${script}: ${process}`);
    assert(
      /Name:(bash|cp|find|chown|gosu|catatonit|crun|runc(:\S*)?|conmon) /.test(
        process,
      ),
      process,
    );
  }
}
