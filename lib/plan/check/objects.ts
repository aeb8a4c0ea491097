import { first } from "../../base/format.ts";
import type { Settings } from "../settings.ts";
import {
  type AskingCheck,
  inDatabases,
  ok,
  refuse,
  type Told,
} from "./check.ts";

/** What no way of upgrading carries, or only one. */
interface Kind {
  readonly key:
    | "languages"
    | "switchedOff"
    | "conversions"
    | "lapsed"
    | "nullable"
    | "unreadable"
    | "altered"
    | "lapsedMembers";
  /** The way that does not carry it; both without. */
  readonly method?: Settings["method"];
  /** Before what was found. */
  readonly found: string;
  readonly remedy: string;
}

const KINDS: readonly Kind[] = [
  {
    key: "languages",
    found: "neither method can carry the language",
    remedy: "Its handler is the system's own. Drop it: DROP LANGUAGE",
  },
  {
    key: "switchedOff",
    found: "neither method can carry the disabled triggers of the key",
    remedy:
      "ALTER TABLE … ENABLE TRIGGER ALL first, and look for rows that break the key",
  },
  {
    key: "lapsed",
    found: "PostgreSQL 14 and later reject the",
    remedy:
      "Drop it first, and make it again afterwards: with anycompatiblearray, or as an operator before its operand",
  },
  {
    key: "nullable",
    found: "NOT NULL in the parent table, but able to hold NULL itself, is",
    remedy: "ALTER TABLE … ALTER COLUMN … SET NOT NULL first",
  },
  {
    key: "unreadable",
    found: "PostgreSQL cannot read back the IS DOCUMENT that it prints for",
    remedy:
      "Drop it first, and make it again afterwards: with (… IS DOCUMENT) IS TRUE",
  },
  {
    key: "altered",
    found: "neither method can carry the changes to the",
    remedy:
      "It is the system's own: make a copy (CREATE TEXT SEARCH …), alter that, and bring this one back to what it was",
  },
  {
    key: "lapsedMembers",
    method: "pg_upgrade",
    found: "pg_upgrade would keep, and PostgreSQL 14 and later reject, the",
    remedy: "Use --method dump, or drop it first",
  },
  {
    key: "conversions",
    method: "pg_upgrade",
    found: "pg_upgrade refuses the conversion",
    remedy: "Use --method dump, or DROP CONVERSION",
  },
];

const of = ({ key }: Kind, { databases }: Told) =>
  inDatabases(databases, (database) => database[key]);

export const objects: AskingCheck = {
  name: "objects",
  asks: true,
  about: "every object is one that the way of upgrading carries",
  worst: "refuse",
  remedy: "drop it or change it, as the refusal says",
  major: true,
  look(facts, { method }) {
    const kind = KINDS.find((it) =>
      (it.method ?? method) === method && of(it, facts).length > 0
    );
    return kind === undefined
      ? ok("all are carried")
      : refuse(`${kind.found} ${first(of(kind, facts))}`, kind.remedy);
  },
};
