type Kind<E extends Error> = abstract new (...args: never) => E;

/** The error that an action throws, so that its whole message can be compared. */
export function thrownBy<E extends Error>(
  deed: () => unknown,
  kind: Kind<E>,
): E {
  try {
    deed();
  } catch (error) {
    return ofKind(error, kind);
  }
  throw new Error(`No ${kind.name} was thrown`);
}

/** The same of a promise. */
export async function rejectedBy<E extends Error>(
  deed: () => Promise<unknown>,
  kind: Kind<E>,
): Promise<E> {
  try {
    await deed();
  } catch (error) {
    return ofKind(error, kind);
  }
  throw new Error(`No ${kind.name} was thrown`);
}

function ofKind<E extends Error>(error: unknown, kind: Kind<E>): E {
  if (error instanceof kind) return error;
  throw new Error(`Another error was thrown, no ${kind.name}`, {
    cause: error,
  });
}
