import { type Check, ok, refuse, warn } from "./check.ts";

/** The major versions of which the tests upgrade from one to another. */
const TRIED = { oldest: 13, newest: 18 } as const;

export const version: Check = {
  name: "version",
  about:
    "the new image's own version is a later one, of those that pgladder was tried with",
  worst: "refuse",
  remedy: "name a later version, and rehearse one that is not known",
  look(
    {
      container,
      found: configured,
      from,
      leaving,
      libcs,
      sorting,
      to,
      unserved,
    },
    { to: asked },
  ) {
    if (unserved?.lost !== undefined && to.major >= from.major) {
      return ok(
        `${from.version} → ${to.version}, of the lost cluster in "${unserved.lost.path}"`,
      );
    }
    const words = configured === undefined || configured.id === from.id
      ? `${from.version} → ${to.version}`
      : `${from.version} → ${to.version}; the configuration names ${configured.version}, which cannot read the data`;
    if (unserved !== undefined && configured === undefined) {
      const found =
        `the data are of ${unserved.major}, which ${from.version} cannot read`;
      return to.major !== unserved.major ||
          nameOf(libcs.from) !== nameOf(libcs.to)
        ? refuse(
          `${found}; ${to.reference} is ${to.version} on ${libcs.to}`,
          `Name an image of ${unserved.major} on the same base, such as -bookworm or -alpine`,
        )
        : ok(`${found}; ${to.version} serves them again`);
    }
    if (to.major > from.major) {
      const strange = [from.major, to.major].filter((it) =>
        it < TRIED.oldest || it > TRIED.newest
      );
      return strange.length === 0 ? ok(words) : warn(
        `${words}; pgladder was not tried with ${strange.join(" and ")}`,
        `Rehearse it before: "pgladder rehearse ${container.name} --to ${asked}" does all of it on a copy, and compares`,
      );
    }
    if (to.major < from.major) {
      return refuse(
        `${words} is a downgrade`,
        "PostgreSQL cannot go back to an earlier major version: restore a dump of that version",
      );
    }
    if (leaving !== undefined) return ok(words);
    const minor = `${words}, a minor upgrade`;
    // The cluster stays, and so must whom it belongs to and how it sorts.
    if (from.uid !== to.uid || nameOf(libcs.from) !== nameOf(libcs.to)) {
      return refuse(
        `${minor} to an image of another kind (user ${from.uid} → ${to.uid}, ${libcs.from} → ${libcs.to})`,
        "Take an image on the same base, such as -bookworm or -alpine",
      );
    }
    // What it sorts otherwise is rebuilt: the check "sorting" says what.
    if (libcs.from !== libcs.to && sorting === undefined) {
      return warn(
        `${minor}; ${libcs.from} → ${libcs.to} may sort text differently`,
        "Rebuild indexes on text afterwards (REINDEX), or stay on the same base image",
      );
    }
    return minorOf(to.version) >= minorOf(from.version) ? ok(minor) : warn(
      `${words} is an earlier minor version`,
      "Look in its release notes whether going back to it is safe",
    );
  },
};

function nameOf(libc: string): string | undefined {
  return libc?.split(" ")[0];
}

function minorOf(version: string): number {
  return Number(/\.(\d+)/.exec(version)?.[1] ?? 0);
}
