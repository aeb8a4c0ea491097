import type { Mutant } from "../mutant.ts";

/** Faults in the journal, and in who may go on with it. */
export const JOURNAL: readonly Mutant[] = [
  {
    name: "The journal's bytes are not synced",
    file: "journal/directory.ts",
    edits: [[
      `  writeAll(file, new TextEncoder().encode(text));
  file.syncSync();`,
      "  writeAll(file, new TextEncoder().encode(text));",
    ]],
  },
  {
    name: "The journal's rename is not synced",
    file: "journal/directory.ts",
    edits: [[
      `    rename(beside, this.journalPath);
    syncDirectory(this.path);`,
      "    rename(beside, this.journalPath);",
    ]],
  },
  {
    name: "What an earlier life renamed is believed before it is synced",
    file: "journal/directory.ts",
    edits: [[
      `    this.#lock = file;
    syncDirectory(this.path);`,
      "    this.#lock = file;",
    ]],
  },
  {
    name: "The journal is written in place",
    file: "journal/directory.ts",
    edits: [[
      "const beside = `${this.journalPath}.new`;",
      "const beside = this.journalPath;",
    ]],
  },
  {
    name: "The reserve is not given up on a full disk",
    file: "journal/directory.ts",
    edits: [[
      `        if (!this.#releaseSlice()) throw error;
`,
      `        throw error;
`,
    ]],
  },
  {
    name: "What the disk refused counts as written",
    file: "journal/journal.ts",
    edits: [[
      `    try {
      this.store.replace(text);`,
      `    this.#entries = entries;
    this.#state = state;
    try {
      this.store.replace(text);`,
    ]],
  },
  {
    name: "The journal's checksum is not looked at",
    file: "journal/document.ts",
    edits: [[
      "if (checksum !== checksumOf({ format, tool, entries })) {",
      'if (checksum === "") {',
    ]],
  },
  {
    name: "A newer program's journal is gone on with",
    file: "lib/cli/session/open_run.ts",
    edits: [[
      "if (!locked.journal.writable) {",
      "if (locked.journal.entries.length < 0) {",
    ]],
  },
  {
    name: "Whether another pgladder is at work is not asked",
    file: "lib/cli/session/open_run.ts",
    edits: [[
      `  if (!run.directory.tryLock()) {
`,
      `  if (!run.directory.tryLock() && run.directory.path === "") {
`,
    ]],
  },
];
