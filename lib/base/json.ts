import * as v from "valibot";

/**
 * What a text of JSON says, as far as it fits the schema: never an exception,
 * whatever a file or a program has put there.
 */
export function readJson<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string | undefined,
) {
  return v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
}
