import type { Image, Plan } from "../../../journal/plan.ts";
import { Failure } from "../../base/failure.ts";
import { makerOf } from "../../configuration/compose/labels.ts";
import { projectOfMaker } from "../../configuration/compose/project.ts";
import { saysUser } from "../../configuration/compose/service.ts";
import { askOutside, bringsAlong, type Outside } from "../../job/outside.ts";
import type { Container, ImageFacts } from "../../port/containers.ts";
import type { FileFacts } from "../../port/files.ts";
import type { Ports } from "../../port/ports.ts";
import { isBelow } from "../../run/data_mount.ts";
import { type Layout, layoutOf } from "./layouts.ts";
import type { ServerFacts } from "./server.ts";

/** What of it is to come along, and what of it no way carries. */
export interface Leaving {
  readonly leaves: NonNullable<Plan["leaves"]>;
  /** Settings that are of use to its own image alone. */
  readonly left: readonly string[];
  /** A phrase, and a sentence: why it cannot be left yet. */
  readonly blocker?: readonly [found: string, remedy: string];
}

/** @throws {Failure} "no-answer": it does not tell its settings */
export async function leavingOf(
  { container, server, unserved }: {
    container: Container;
    server: ServerFacts;
    unserved?: unknown;
  },
  { from, to }: { from: ImageFacts | undefined; to: ImageFacts },
  ports: Ports,
): Promise<Leaving | undefined> {
  const layout = layoutOf(container);
  if (layout === undefined || unserved !== undefined) return undefined;
  const { superuser } = server;
  const outside = await askOutside(
    { container: container.name, superuser },
    ports,
  );
  if (outside === undefined) {
    throw new Failure("no-answer", {
      name: container.name,
      reason: "it does not tell what its files outside of the data say",
      hint: "See what its log says, then type the same again",
    });
  }
  const brought = bringsAlong(outside);
  const [config = "", hba = "", ident = ""] = server.configurationFiles;
  const blocker = whyNot({ container, layout, server }, {
    brought,
    from,
    outside,
    to,
  }) ?? await userSaid(container, ports);
  return {
    leaves: {
      what: layout.what,
      files: { config, hba, ident },
      variables: variablesOf(container, from, layout),
    },
    left: brought.left,
    ...(blocker === undefined ? {} : { blocker }),
  };
}

/** The container does not tell a user that its file says from its image's own. */
async function userSaid(
  { labels }: Container,
  ports: Ports,
): Promise<Leaving["blocker"]> {
  const maker = makerOf(labels);
  if (maker === undefined) return undefined;
  const project = await projectOfMaker(ports, maker);
  return !saysUser(project, maker.service) ? undefined : [
    `the service ${maker.service} in ${
      maker.files.join(" and ")
    } says a user, and the official image's data are another one's`,
    "Remove its line user: from there, have compose make the container again (up -d), then type the same again",
  ];
}

/** No user of the image's is whose the data are: its server runs as any. */
export function settledIn(
  leaving: Leaving | undefined,
  from: Image,
  { clusterOwner }: { clusterOwner: FileFacts["owner"] | undefined },
): { leaving?: Leaving; from?: Image } {
  if (leaving === undefined) return {};
  const { gid = from.gid, uid = from.uid } = clusterOwner ?? {};
  return { leaving, from: { ...from, uid, gid } };
}

/** By name alone: no value of any is anybody's business. */
function variablesOf(
  { env }: Container,
  from: ImageFacts | undefined,
  { successors, superuser, variable }: Layout,
) {
  const own = Object.keys(env).filter((name) =>
    variable.test(name) && env[name] !== from?.env[name]
  );
  // The password is the superuser's where no other user has it.
  const user = ["POSTGRESQL_USERNAME", "POSTGRES_USERNAME", "POSTGRES_USER"]
    .concat("POSTGRESQL_USER").map((name) => env[name]).find(Boolean);
  const isOthers = user !== undefined && user !== superuser;
  const taken = new Set<string>();
  return own.map((old) => {
    const bare = old.replace(/_FILE$/, "");
    const isOther = isOthers && /^POSTGRES(QL)?_PASSWORD$/.test(bare);
    const next = isOther ? undefined : successors[bare];
    const name = next === undefined ? "" : next + (bare === old ? "" : "_FILE");
    const isFirst = name !== "" && !taken.has(name);
    taken.add(name);
    return { old, new: isFirst ? name : "" };
  }).filter(({ new: name, old }) => name !== old);
}

interface Found {
  readonly brought: ReturnType<typeof bringsAlong>;
  readonly outside: Outside;
  readonly from: ImageFacts | undefined;
  readonly to: ImageFacts;
}

function whyNot(
  { container, layout, server }: {
    container: Container;
    layout: Layout;
    server: ServerFacts;
  },
  { brought, from, outside, to }: Found,
): Leaving["blocker"] {
  const isOfficial = to.env["PG_MAJOR"] !== undefined &&
    to.env["BITNAMI_APP_NAME"] === undefined;
  if (!isOfficial) {
    return [
      `the new image is not the official one, nor made from it, and the old one is ${layout.what}`,
      "Name an image that is with --image: from there on each upgrade is an ordinary one",
    ];
  }
  const isOwn = (path: string) =>
    path.startsWith("/") && !isBelow(path, server.dataDirectory);
  const settings = new Map(brought.settings);
  if (settings.get("ssl") === "on") {
    return [
      `it serves TLS by files that are its own user's (${
        ["ssl_cert_file", "ssl_key_file"].map((name) => settings.get(name))
          .filter((it) => it !== undefined && isOwn(it)).join(", ") ||
        "in its data"
      })`,
      "The official image's user could not read the key: serve without TLS until the upgrade is done (POSTGRESQL_ENABLE_TLS=no), then set it up there",
    ];
  }
  if (outside.port !== 5432) {
    return [
      `its server listens at port ${outside.port}`,
      "The official image is asked at 5432: leave out POSTGRESQL_PORT_NUMBER, and publish that port",
    ];
  }
  if (brought.reads !== undefined) {
    return [
      `its pg_hba.conf reads another file ("${brought.reads}")`,
      "Write what that file says into pg_hba.conf itself: this file alone comes along",
    ];
  }
  if (container.user !== from?.user && container.user !== undefined) {
    return [
      `it runs as a user of its own (${container.user})`,
      "The official image has another one for its data: leave the user out of the configuration, and give the data to the image's own before",
    ];
  }
  return isSame(container.command, from?.command) ? undefined : [
    `it runs a command of its own (${container.command.join(" ")})`,
    "The official image does not have that program: leave the command out, and say settings by POSTGRESQL_EXTRA_FLAGS or in conf.d",
  ];
}

const isSame = (some: readonly string[], others: readonly string[] = []) =>
  some.length === others.length && some.every((it, at) => it === others[at]);
