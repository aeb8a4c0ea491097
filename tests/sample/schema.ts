/**
 * As much of JSON Schema as our own schemas use, and nothing that they might
 * not: an unknown word in a schema is an error.
 */

type Schema = Readonly<Record<string, unknown>>;

const SILENT = ["$schema", "$defs", "title", "description"];

/**
 * Where a value does not fit, as "path: what is wrong". Properties that the
 * schema does not have are wrong, too: what is printed must be described.
 */
export function misfits(
  value: unknown,
  schema: Schema,
  /** Other schemas that it refers to, by file. */
  others: Readonly<Record<string, Schema>> = {},
): string[] {
  return check(value, schema, { root: schema, path: "", others });
}

interface Place {
  readonly root: Schema;
  readonly others: Readonly<Record<string, Schema>>;
  readonly path: string;
}

function check(value: unknown, schema: Schema, place: Place): string[] {
  const wrong = (what: string) => [`${place.path || "it"}: ${what}`];
  return Object.entries(schema).flatMap(([word, rule]): string[] => {
    if (SILENT.includes(word)) return [];
    switch (word) {
      case "$ref":
        return refer(value, String(rule), place);
      case "type":
        return typeOf(value, rule) ? [] : wrong(`is no ${rule}`);
      case "enum":
        return (rule as unknown[]).includes(value)
          ? []
          : wrong(`is ${JSON.stringify(value)}`);
      case "pattern":
        return new RegExp(String(rule), "u").test(String(value))
          ? []
          : wrong(`${JSON.stringify(value)} does not match ${rule}`);
      case "minimum":
        return Number(value) >= Number(rule) ? [] : wrong(`is below ${rule}`);
      case "minItems":
        return Array.isArray(value) && value.length >= Number(rule)
          ? []
          : wrong(`has fewer than ${rule} items`);
      case "anyOf": {
        const all = (rule as Schema[]).map((it) => check(value, it, place));
        return all.some((found) => found.length === 0) ? [] : all.flat();
      }
      case "items":
        return (Array.isArray(value) ? value : []).flatMap((item, index) =>
          check(item, rule as Schema, {
            ...place,
            path: `${place.path}[${index}]`,
          })
        );
      case "required":
        return (rule as string[]).filter((name) => !isIn(value, name))
          .flatMap((name) => wrong(`has no "${name}"`));
      case "properties":
        return properties(
          value,
          rule as Readonly<Record<string, Schema>>,
          place,
        );
      default:
        throw new Error(`Cannot check "${word}" in the schema`);
    }
  });
}

function properties(
  value: unknown,
  rules: Readonly<Record<string, Schema>>,
  place: Place,
): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = place.path === "" ? name : `${place.path}.${name}`;
    const rule = rules[name];
    return rule === undefined
      ? [`${path}: is not described`]
      : check(inner, rule, { ...place, path });
  });
}

/** Within this schema, or within another file's. */
function refer(value: unknown, reference: string, place: Place): string[] {
  const [file = "", name = ""] = reference.split("#");
  const root = file === "" ? place.root : place.others[file];
  if (root === undefined) throw new Error(`Cannot find "${file}"`);
  return check(value, resolve(`#${name}`, root), { ...place, root });
}

function resolve(reference: string, root: Schema): Schema {
  const name = reference.replace("#/$defs/", "");
  const found = (root["$defs"] as Readonly<Record<string, Schema>>)[name];
  if (found === undefined) throw new Error(`Cannot find "${reference}"`);
  return found;
}

function typeOf(value: unknown, type: unknown): boolean {
  switch (type) {
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "object":
      return typeof value === "object" && value !== null &&
        !Array.isArray(value);
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number";
    default:
      throw new Error(`Cannot check the type "${type}"`);
  }
}

function isIn(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && name in value;
}
