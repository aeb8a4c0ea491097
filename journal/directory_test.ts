import { assert, assertEquals } from "@std/assert";
import { withDirectory, withSmallDisk } from "../tests/sample/scratch.ts";
import { SecondsClock } from "../tests/sample/memory.ts";
import { planned, started } from "../tests/sample/story.ts";
import { thrownBy } from "../tests/sample/thrown.ts";
import { JournalDirectory } from "./directory.ts";
import { Journal } from "./journal.ts";

const WRITER = new URL("../tests/sample/journal_writer.ts", import.meta.url);
const KILLS = 12;
const MIB = 1024 * 1024;

/** A process of its own, and the lines that it says. */
function spawnWriter(deed: "lock" | "replace", path: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", WRITER.pathname, deed, path],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  return {
    /** Reads until the process has said so many lines. */
    async lines(count: number): Promise<string[]> {
      while (said.split("\n").length <= count) {
        const { done, value } = await reader.read();
        if (done) break;
        said += value;
      }
      return said.split("\n").slice(0, -1);
    },
    async kill(): Promise<string[]> {
      child.kill("SIGKILL");
      const lines = await this.lines(Infinity);
      await child.status;
      return lines;
    },
  };
}

const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o7777;

function names(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).toSorted();
}

Deno.test("An empty directory holds no journal", () =>
  withDirectory((path) => {
    assertEquals(new JournalDirectory(path).read(), undefined);
  }));

Deno.test("What cannot be read is an error, not an empty journal", () =>
  withDirectory((path) => {
    Deno.mkdirSync(`${path}/journal.json`);
    assertEquals(
      thrownBy(() => new JournalDirectory(path).read(), Error).message,
      `Is a directory (os error 21): readfile '${path}/journal.json'`,
    );
  }));

Deno.test("What was put in is read, for root alone, and nothing lies beside", () =>
  withDirectory((path) => {
    const directory = new JournalDirectory(path);
    directory.replace("a longer first\n");
    directory.replace("second\n");
    assertEquals(directory.read(), "second\n");
    assertEquals(mode(directory.journalPath), 0o600);
    assertEquals(names(path), ["journal.json"]);
  }));

Deno.test("What a kill left beside the journal is no obstacle", () =>
  withDirectory((path) => {
    const directory = new JournalDirectory(path);
    directory.replace("first\n");
    Deno.writeTextFileSync(
      `${path}/journal.json.new`,
      "half of a lon".repeat(9),
    );
    assertEquals(directory.read(), "first\n");
    directory.replace("second\n");
    assertEquals(directory.read(), "second\n");
    assertEquals(names(path), ["journal.json"]);
  }));

Deno.test("Killed at any time, the journal is whole and none said is lost", () =>
  withDirectory(async (path) => {
    const directory = new JournalDirectory(path);
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = spawnWriter("replace", path);
      await writer.lines(2 + kill);
      await new Promise((resolve) => setTimeout(resolve, kill));
      const lines = await writer.kill();
      const [count = "", letters = ""] = (directory.read() ?? "").split(" ");
      const number = Number(count);
      const letter = String.fromCharCode(97 + number % 26);
      assertEquals(
        letters,
        `${letter.repeat(10_000 + number % 7 * 20_000)}\n`,
        `kill ${kill}`,
      );
      const said = Number(lines.at(-1));
      assert(
        number === said || number === said + 1,
        `said ${said}, found ${number}`,
      );
    }
  }));

Deno.test("A second process does not get the lock, until who holds it dies", () =>
  withDirectory(async (path) => {
    const directory = new JournalDirectory(path);
    const other = spawnWriter("lock", path);
    assertEquals(await other.lines(1), ["locked"]);
    assertEquals(directory.tryLock(), false);
    assertEquals(directory.tryLock(), false);
    await other.kill();
    assertEquals(directory.tryLock(), true);
    const late = spawnWriter("lock", path);
    assertEquals(await late.lines(1), ["refused"]);
    await late.kill();
    directory.unlock();
    assertEquals(directory.tryLock(), true);
    directory.unlock();
    assertEquals(mode(`${path}/lock`), 0o600);
  }));

Deno.test("A lock is not handed on to programs that are started", () =>
  withDirectory(async (path) => {
    const directory = new JournalDirectory(path);
    assertEquals(directory.tryLock(), true);
    const child = new Deno.Command("sh", {
      args: ["-c", "echo begun; exec sleep 60"],
      stdout: "piped",
    }).spawn();
    // Until the program itself runs, its process is a copy of this one.
    await child.stdout.getReader().read();
    directory.unlock();
    const again = new JournalDirectory(path);
    assertEquals(again.tryLock(), true);
    again.unlock();
    child.kill();
    await child.status;
  }));

Deno.test("The reserve is filled once, and takes space on the disk", () =>
  withDirectory((path) => {
    const directory = new JournalDirectory(path);
    directory.fillReserve();
    const first = Deno.statSync(directory.reservePath);
    assertEquals([first.size, mode(directory.reservePath)], [4 * MIB, 0o600]);
    assert((first.blocks ?? 0) * 512 >= 4 * MIB);
    directory.fillReserve();
    assertEquals(Deno.statSync(directory.reservePath).mtime, first.mtime);
    // What a kill cut short is filled again.
    Deno.truncateSync(directory.reservePath, 1000);
    directory.fillReserve();
    assertEquals(Deno.statSync(directory.reservePath).size, 4 * MIB);
  }));

Deno.test("A full disk: the reserve gives way slice by slice, and each entry is written", () =>
  withSmallDisk(8 * MIB, (path) => {
    const directory = new JournalDirectory(path);
    const journal = Journal.open(directory, new SecondsClock(), "0.1.0");
    journal.append(planned());
    directory.fillReserve();
    fill(`${path}/rows`);
    // Whatever was let go and is not needed, others take at once.
    let attempts = 0;
    while (names(path).includes("reserve")) {
      attempts += 1;
      journal.append(started("prepare", attempts));
      fill(`${path}/more-${attempts}`);
    }
    assertEquals(attempts, 16);
    const read = Journal.open(directory, new SecondsClock(), "0.1.0");
    assertEquals(read.entries, journal.entries);
    assertEquals(read.state.steps.prepare.attempt, attempts);
    // Where others have taken all of it, too, nothing is lost.
    const before = directory.read();
    assertEquals(
      thrownBy(() => journal.append(started("prepare", attempts + 1)), Error)
        .message,
      "Cannot write the journal: No space left on device (os error 28)",
    );
    assertEquals(directory.read(), before);
    assertEquals(journal.state.steps.prepare.attempt, attempts);
    // A reserve for which there is no space is no reason to stop.
    directory.fillReserve();
    assertEquals(names(path).includes("reserve"), false);
    for (const name of names(path)) {
      if (/^(rows|more-\d+)$/.test(name)) Deno.removeSync(`${path}/${name}`);
    }
    directory.fillReserve();
    journal.append(started("prepare", attempts + 1));
    assertEquals(names(path), ["journal.json", "reserve"]);
  }));

Deno.test("A reserve that cannot be filled up stays unchanged", () =>
  withSmallDisk(8 * MIB, (path) => {
    const directory = new JournalDirectory(path);
    const journal = Journal.open(directory, new SecondsClock(), "0.1.0");
    journal.append(planned());
    directory.fillReserve();
    fill(`${path}/rows`);
    journal.append(started("prepare"));
    fill(`${path}/more`);
    const { size } = Deno.statSync(directory.reservePath);
    assertEquals(size, 4 * MIB - 256 * 1024);
    directory.fillReserve();
    assertEquals(Deno.statSync(directory.reservePath).size, size);
  }));

/** Takes all space that there is. */
function fill(path: string) {
  using file = Deno.openSync(path, { create: true, write: true });
  for (const bytes of [64 * 1024, 4096, 1]) {
    const chunk = new Uint8Array(bytes);
    try {
      for (;;) file.writeSync(chunk);
    } catch (error) {
      if (!/No space left/.test(String(error))) throw error;
    }
  }
}

Deno.test("Without its directory nothing is written, and that is told", () =>
  withDirectory((path) => {
    const directory = new JournalDirectory(`${path}/missing`);
    assertEquals(
      thrownBy(() => directory.replace("x"), Deno.errors.NotFound).message,
      `No such file or directory (os error 2): open '${path}/missing/journal.json.new'`,
    );
  }));

Deno.test("The closed journal goes to the history, whole, beside others", () =>
  withDirectory((path) => {
    const directory = new JournalDirectory(path);
    for (const run of ["20260102-030405-a1b2", "20260203-040506-c3d4"]) {
      directory.replace(`of ${run}\n`);
      directory.archive(run);
      assertEquals(directory.read(), undefined);
      assertEquals(
        Deno.readTextFileSync(directory.historyPath(run)),
        `of ${run}\n`,
      );
    }
    assertEquals(names(path), ["history"]);
    assertEquals(mode(`${path}/history`), 0o700);
    assertEquals(names(`${path}/history`), [
      "20260102-030405-a1b2.json",
      "20260203-040506-c3d4.json",
    ]);
  }));
