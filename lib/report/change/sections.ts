import type { Plan } from "../../../journal/plan.ts";
import type { JobMeasurements, Measurements } from "../../job/measurements.ts";
import { quoted } from "../../base/shell.ts";
import type { LoggedCommand } from "../../run/command_log.ts";
import { bytes } from "../../base/format.ts";
import type { Section } from "./document.ts";
import { text } from "./document.ts";
import { at } from "./wording.ts";

/** What jobs and comparison measured, as far as it was recorded. */

type ByStep = ReadonlyMap<string, Measurements>;

const jobsOf = (figures: ByStep): JobMeasurements[] =>
  [...figures.values()].flatMap(({ jobs }) => jobs);

export function figureFacts(figures: ByStep): string[][] {
  return jobsOf(figures).flatMap((job) => {
    const lists: readonly (readonly [string, readonly string[] | undefined])[] =
      [
        ["databases left out", job.skipped_databases],
        ["files left out", job.files_left_out],
        ["indexes rebuilt", job.indexes_rebuilt],
      ];
    return [
      ...(job.bytes === undefined ? [] : [[
        "dump",
        `${bytes(job.bytes)}, ${job.compression ?? "compressed"}`,
      ]]),
      ...lists.flatMap(([name, list]) =>
        list === undefined || list.length === 0 ? [] : [[name, list.join(", ")]]
      ),
      ...(job.settings_dropped === undefined ||
          job.settings_dropped.length === 0
        ? []
        : [[
          "settings left out",
          job.settings_dropped.map((it) =>
            typeof it === "string" ? it : JSON.stringify(it)
          ).join(", "),
        ]]),
    ];
  });
}

const VERIFIED = {
  schema: "roles, settings, schema, sequences",
  sizes: "roles, settings, schema, sequences, the size of every table",
  counts: "roles, settings, schema, sequences, the rows of every table counted",
  checksums: "roles, settings, schema, sequences, the content of every table",
} as const;

/** A minor upgrade keeps its cluster: there is nothing to compare. */
export function comparisonSection(
  { method, verify }: Plan,
  figures: ByStep,
): Section | undefined {
  if (method === "minor") return undefined;
  const heading = "Comparison of old and new";
  const compared = figures.get("build")?.compared;
  if (compared === undefined) {
    return {
      heading,
      parts: [text(
        `No result is recorded. It is made in step build, by ${verify}; no step above begins before both are equal.`,
      )],
    };
  }
  const sizes = new Map(
    jobsOf(figures).flatMap(({ databases }) => databases ?? [])
      .map(({ bytes, name }) => [name, bytes]),
  );
  return {
    heading,
    parts: [
      text(`Equal in ${VERIFIED[compared.verify]}.`),
      {
        kind: "table",
        head: ["database", "old size", "tables", "rows", "sequences", "result"],
        rows: compared.databases.map(({ name, rows, sequences, tables }) => {
          const size = sizes.get(name);
          return [
            name,
            size === undefined ? "" : bytes(size),
            compared.verify === "schema" ? "" : String(tables),
            rows === undefined ? "not counted" : String(rows),
            String(sequences),
            "equal",
          ];
        }),
        figures: [1, 2, 3, 4],
      },
      ...(compared.more === 0
        ? []
        : [text(`${compared.more} more databases, equal as well.`)]),
    ],
  };
}

/** The phases of jobs are what ran in containers, with their exit codes. */
export function jobSection(figures: ByStep): Section | undefined {
  const rows = [...figures].flatMap(([step, { jobs }]) =>
    jobs.flatMap(({ exit, script, seconds }) =>
      Object.entries(exit).map(([phase, code]) => [
        step,
        script,
        phase,
        String(code),
        seconds[phase] === undefined ? "" : `${seconds[phase]} s`,
      ])
    )
  );
  if (rows.length === 0) return undefined;
  return {
    heading: "What ran in the jobs",
    parts: [{
      kind: "table",
      head: ["step", "job", "phase", "exit code", "took"],
      rows,
      figures: [3, 4],
    }],
  };
}

/** Of a longer command the beginning tells what it is. In characters. */
const COMMAND_MAX = 1000;

/** What pgladder itself ran beside the jobs; a run of an old one kept none. */
export function commandSection(
  ran: readonly LoggedCommand[],
): Section | undefined {
  if (ran.length === 0) return undefined;
  return {
    heading: "What pgladder ran",
    parts: [
      text("Without what only asks, such as podman inspect or systemctl show."),
      {
        kind: "table",
        head: ["ended", "command", "exit code", "took"],
        rows: ran.map(({ at: time, code, command, ms }) => {
          const words = command.map(quoted).join(" ");
          return [
            at(time),
            words.length > COMMAND_MAX
              ? `${words.slice(0, COMMAND_MAX)}…`
              : words,
            String(code),
            `${(ms / 1000).toFixed(3)} s`,
          ];
        }),
        figures: [2, 3],
      },
    ],
  };
}
