import type { Random } from "./random.ts";

/** A group of objects that a database of the zoo may have. */
export interface Kind {
  readonly name: string;
  /** The first version that knows it; all without. */
  readonly since?: number;
  /** The last version that knows it. */
  readonly until?: number;
  /** How likely a database has it; a fifth without. */
  readonly share?: number;
  /** `plan` refuses most of them: only a cluster that is to be refused has it. */
  readonly refused?: boolean;
  readonly make: (a: Animal) => string;
}

/** What a group may make use of. */
export interface Animal {
  readonly random: Random;
  /** The old server's major version. */
  readonly from: number;
  /** The schema that all of it goes into, quoted. */
  readonly schema: string;
  /** A table of every database: id int primary key, t text, v varchar, b boolean, n numeric, j jsonb, ts timestamptz, d date, arr int[]. */
  readonly base: string;
  /** The same without its schema. */
  readonly baseName: string;
  /** Another with id int primary key, base_id int. */
  readonly other: string;
  /** Roles, quoted: none is a superuser. */
  readonly roles: readonly string[];
  readonly superuser: string;
  /** A new name, quoted. */
  name(): string;
  /** A new name with the schema before it. */
  full(): string;
  /** A text of chance as a literal. */
  text(): string;
}

/** The file's kinds, in the order in which they are made. */
export const kinds = (all: Readonly<Record<string, Omit<Kind, "name">>>) =>
  Object.entries(all).map(([name, kind]): Kind => ({ name, ...kind }));
