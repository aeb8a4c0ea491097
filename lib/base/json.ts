import * as v from "valibot";

/** A text of JSON that says what the schema has, as a part of other schemas. */
export const jsonText = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.pipe(v.string(), v.parseJson(), schema);

/**
 * What a text of JSON says, as far as it fits the schema: never an exception,
 * whatever a file or a program has put there.
 */
export function readJson<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string | undefined,
) {
  return v.safeParse(jsonText(schema), text);
}
