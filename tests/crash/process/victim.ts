import { Host } from "../power/host/host.ts";
import { live, type Verb } from "../power/host/life.ts";
import { install } from "../power/tap.ts";
import { type Strike, strike } from "./commands.ts";
import { loadState, saveState } from "./ground.ts";

/**
 * One life in a process of its own, to be killed: all that it does to files is
 * the program's own code, on the small host that lies on /srv.
 *
 *   victim.ts VERB [short]      with "short" each write takes half at most
 *   victim.ts VERB '{"at":…}'   with a strike at one of its commands
 */

const [verb = "status", manner = ""] = Deno.args;
if (manner === "short") {
  const { prototype } = Deno.FsFile;
  const { writeSync } = prototype;
  prototype.writeSync = function (bytes) {
    const half = Math.max(1, Math.floor(bytes.length / 2));
    return writeSync.call(this, bytes.subarray(0, half));
  };
}
// As the sweep has it: a tree is removed name by name, on this one thread.
install();
const host = new Host(loadState());
host.onChange = () => saveState(host.state);
if (manner.startsWith("{")) strike(host.ports, JSON.parse(manner) as Strike);
const { code, words } = await live(host, verb as Verb);
saveState(host.state);
Deno.stderr.writeSync(new TextEncoder().encode(words));
Deno.exit(code);
