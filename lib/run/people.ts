import type { Ports } from "../port/ports.ts";

/**
 * Groups whose members are root already, without being asked for anything:
 * docker's and LXD's sockets start containers with the host's root mounted,
 * and `disk` writes to the disks themselves.
 */
const POWERFUL = ["root", "docker", "lxd", "incus-admin", "disk"];

interface Group {
  readonly name: string;
  readonly gid: string;
  readonly members: readonly string[];
}

/** The host's own users and groups, as passwd(5) and group(5) have them. */
export interface People {
  /** "alice", and the group that makes root of her; undefined: none does. */
  powerOf(uid: number): { name: string; group: string } | undefined;
  /** The same of everybody in a group; undefined where one is not. */
  powersIn(gid: number): readonly string[] | undefined;
}

export async function peopleOf(
  { files }: Pick<Ports, "files">,
): Promise<People> {
  const users = fieldsOf(await files.readText("/etc/passwd") ?? "")
    .map(([name = "", , uid = "", gid = ""]) => ({ name, uid, gid }));
  const groups = fieldsOf(await files.readText("/etc/group") ?? "")
    .map(([name = "", , gid = "", members = ""]): Group => ({
      name,
      gid,
      members: members.split(",").filter((it) => it !== ""),
    }));
  const power = (user: { name: string; gid: string }) => {
    const found = groups.find(({ gid, members, name }) =>
      POWERFUL.includes(name) &&
      (gid === user.gid || members.includes(user.name))
    );
    return found && { name: user.name, group: found.name };
  };
  return {
    powerOf(uid) {
      const own = users.filter((user) => user.uid === String(uid));
      const [first] = own.map(power);
      // With two names for one number, whichever they log in by.
      return own.every((user) => power(user) !== undefined) ? first : undefined;
    },
    powersIn(gid) {
      const group = groups.find((it) => it.gid === String(gid));
      if (group === undefined) return undefined;
      const inside = users.filter((user) =>
        user.uid !== "0" &&
        (user.gid === group.gid || group.members.includes(user.name))
      );
      const all = inside.every((user) => power(user) !== undefined);
      return all ? inside.map(({ name }) => name) : undefined;
    },
  };
}

function fieldsOf(text: string): string[][] {
  return text.split("\n").filter((line) => line.includes(":"))
    .map((line) => line.split(":"));
}
