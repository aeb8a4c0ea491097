import { PortError } from "../port/ports.ts";

/** Errors of the operating system in one shape; they name the path already. */
export async function attempt<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof PortError || !isOfTheHost(error)) throw error;
    throw new PortError(error.message, { cause: error });
  }
}

/** An error of the operating system, and not a mistake of pgladder's. */
export function isOfTheHost(error: unknown): error is Error {
  return error instanceof Error &&
    !(error instanceof Deno.errors.NotCapable) &&
    ("code" in error || error.name in Deno.errors);
}
