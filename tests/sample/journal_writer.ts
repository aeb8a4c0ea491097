/**
 * A process that works on a journal until it is killed: `lock DIRECTORY` takes
 * the lock and holds it; `replace DIRECTORY` writes document after document,
 * each a long line of one letter, and says each when it is written.
 */
import { JournalDirectory } from "../../journal/directory.ts";

const [deed, path = ""] = Deno.args;
const directory = new JournalDirectory(path);

function say(line: string) {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (deed === "lock") {
  say(directory.tryLock() ? "locked" : "refused");
  setInterval(() => {}, 1000);
} else {
  say("begun");
  for (let count = 0;; count++) {
    const letter = String.fromCharCode(97 + count % 26);
    directory.replace(
      `${count} ${letter.repeat(10_000 + count % 7 * 20_000)}\n`,
    );
    say(String(count));
  }
}
