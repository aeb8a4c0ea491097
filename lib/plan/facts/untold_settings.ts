import type { Container, ImageFacts } from "../../port/containers.ts";
import { isBelow } from "../../run/data_mount.ts";
import { settingsOfCommand } from "./command_settings.ts";
import type { ServerFacts } from "./server.ts";
import type { Asked, Trial } from "./trial.ts";

/** A setting that the old image has given, and that the new one does not give. */
export interface UntoldSetting {
  readonly name: string;
  /** As the old server has it. */
  readonly value: string;
  /** "" where the new image says nothing of it. */
  readonly instead: string;
}

/** The server, and the two images that may tell it something. */
export interface TellingImages {
  readonly container: Container;
  readonly server: ServerFacts;
  /** What each image starts where nobody says otherwise. */
  readonly commands: {
    readonly from: ImageFacts["command"];
    readonly to: ImageFacts["command"];
  };
}

/** Those whose file lies in the image: only the new image knows what its own says. */
export function askedOfImage({ container, server }: TellingImages): Asked[] {
  return (server.given ?? []).flatMap(([name, source, file]) =>
    source === "configuration file" && file !== null &&
      !isMounted(container, file)
      ? [{ name, file }]
      : []
  );
}

/**
 * What loads libraries, or tells an extension, and came with the old image: by
 * its command or by a file in it. What the data, a mount or the container's own
 * command say stays.
 */
export function untoldSettings(
  subject: TellingImages,
  trial: Trial | undefined,
): UntoldSetting[] {
  const { commands, container, server } = subject;
  const before = settingsOfCommand(container.command);
  const after = settingsOfCommand(
    isSame(container.command, commands.from)
      ? commands.to ?? []
      : container.command,
  );
  const isSameFile = before.get("config_file") === after.get("config_file");
  const live = new Map(
    (server.loading ?? []).map(([name, value]) => [name, value]),
  );
  return (server.given ?? []).flatMap(([name, source, file]) => {
    const value = live.get(name);
    if (value === undefined) return [];
    const told = source === "command line"
      ? after.get(name.toLowerCase())
      : !isSameFile
      ? after.get(name.toLowerCase())
      : file !== null && isMounted(container, file)
      ? value
      : trial?.told[name];
    return told === value ? [] : [{ name, value, instead: told ?? "" }];
  });
}

function isMounted({ mounts }: Container, file: string): boolean {
  return mounts.some(({ mountPath }) => isBelow(file, mountPath));
}

function isSame(some: readonly string[], others: readonly string[] = []) {
  return some.length === others.length &&
    some.every((word, at) => word === others[at]);
}
