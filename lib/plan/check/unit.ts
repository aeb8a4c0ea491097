import { samePath } from "../../configuration/would_run.ts";
import { isOfRuntime } from "../facts/unit.ts";
import type { Facts } from "../facts/facts.ts";
import type { Unmanaged } from "../facts/unmanaged.ts";
import type { Settings } from "../settings.ts";
import { type Check, type Finding, ok, refuse, warn } from "./check.ts";

export const unit: Check = {
  name: "unit",
  about:
    "a systemd unit whose command can be read runs the container, or none does",
  worst: "refuse",
  remedy: "name the unit with --unit, or restart it",
  look(facts, settings) {
    const { container, drifts, from, mount, named, runLine, to } = facts;
    const { unit, unitImageId } = facts;
    const { unmanaged, unserved } = facts;
    const wrong = drifts.find(({ grave }) => grave);
    if (unit !== undefined && isOfRuntime(unit.name)) {
      return refuse(
        `${unit.name} is the runtime itself, and runs other containers, too`,
        `Name with --unit the unit that starts "${container.name}", or leave --unit out`,
      );
    }
    if (unmanaged !== undefined) {
      return unmanaged.withoutSystemd
        ? withoutSystemd(container.name, unmanaged, facts.maker)
        : ofNoUnit(container.name, unmanaged, facts.maker);
    }
    if (unit === undefined || !unit.loaded) {
      return refuse(
        `no unit runs "${container.name}"`,
        "Name its unit with --unit",
      );
    }
    if (unserved === undefined && unit.active !== "active") {
      return refuse(
        `${unit.name} is ${unit.active}`,
        "Start the container through its unit",
      );
    }
    if (runLine === undefined) return unread(facts, settings, unit.name);
    if (wrong !== undefined) return refuse(wrong.found, wrong.remedy);
    // Of a name that stays it is the newer image that is asked for.
    const moved = from.reference === to.reference && unitImageId === to.id;
    // Where another cluster is upgraded, what serves must be what is configured.
    const isRepaired = unserved !== undefined && !unserved.lost?.serves;
    if (unitImageId !== container.imageId && !moved && !isRepaired) {
      return refuse(
        `${unit.name} would run another ${runLine.image.text} than the one that runs now`,
        "Restart the unit first, so that both are the same",
      );
    }
    const volume = runLine.mounts.find(({ mountPath }) =>
      mountPath === mount?.mountPath
    );
    // A volume that is bound to a directory is known by that one.
    const source = named?.device ?? mount?.source;
    if (volume === undefined || !samePath(volume.source, source)) {
      return refuse(
        `${unit.name} does not mount ${source} at ${mount?.mountPath}`,
        "Restart the unit first, so that both are the same",
      );
    }
    return pulled(facts, unit.name, `${unit.name} runs ${runLine.image.text}`);
  },
};

/** Who has to make it again, where a prune has taken it. */
function noPrune(maker: Facts["maker"]): string {
  return `Let nothing prune containers until the upgrade ends: a prune would remove this one while it is stopped, and ${
    maker === undefined
      ? "you would have to create it again from pgladder's notes"
      : `you would have to have the compose project ${maker.project} make it again`
  }`;
}

function ofNoUnit(
  name: string,
  { blocker, restart }: Unmanaged,
  maker: Facts["maker"],
): Finding {
  return blocker === undefined
    ? warn(`none; its restart policy is "${restart}"`, noPrune(maker))
    : refuse(
      `no unit is known to run "${name}", and ${blocker}`,
      "Name its unit with --unit",
    );
}

/** What pgladder asks of systemd elsewhere, and nobody does here. */
function withoutSystemd(
  name: string,
  { blocker, restart }: Unmanaged,
  maker: Facts["maker"],
): Finding {
  return blocker === undefined
    ? warn(
      `no systemd runs this host; the restart policy of "${name}" is "${restart}"`,
      `Only the taken policy and the placeholder keep it closed. Stop yourself what writes into it from outside of containers, and what prunes: nothing holds such services back. ${
        noPrune(maker)
      }`,
    )
    : refuse(
      `no systemd runs this host, and of "${name}" it is known that ${blocker}`,
      "Let its restart policy alone start it, and run pgladder on the host itself",
    );
}

/** Who makes the change is believed, where the unit is known to be the one. */
function unread(facts: Facts, { switch: chosen }: Settings, unit: string) {
  const found =
    `the command of ${unit} names no "podman run", "docker run" or "compose up"`;
  if (facts.unread === undefined) {
    return refuse(
      found,
      "pgladder must be able to read which image the unit would run; or name with --unit the one among whose processes the container is, or the command that started it",
    );
  }
  return chosen === "manual" || chosen === "command"
    ? warn(
      `${found}, so what it would run is known only once it runs`,
      "pgladder cannot check the change beforehand: after the start, it stops a container with another image or mount",
    )
    : refuse(found, "Use --switch manual or --switch command");
}

/** The unit's own pull must find the new image, or it does not start. */
function pulled({ pulling, to }: Facts, unit: string, found: string): Finding {
  const { by, failure, loads } = pulling ?? {};
  if (by !== undefined && failure !== undefined) {
    return refuse(
      `${unit} pulls its image whenever it starts (${by}), and ${to.reference} cannot be pulled: ${failure}`,
      "Push it to the registry, or let the unit start the image that is here, such as by --pull missing",
    );
  }
  return loads
    ? warn(
      `${found}, and loads an image from a file of its own first`,
      `That file holds the old image; ${to.reference} must be here, or in the file that you name for it`,
    )
    : ok(by === undefined ? found : `${found}, and pulls it first (${by})`);
}
