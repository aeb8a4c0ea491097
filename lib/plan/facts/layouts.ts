import { nameOf } from "../../base/image_name.ts";
import type { Container } from "../../port/containers.ts";

/**
 * A vendor's image which the official one can take over from. Where its data
 * lie and whose they are is asked of its server and the disk; what else its
 * documented contract says stands here: its settings outside of the data, its
 * variables, its superuser.
 */
export interface Layout {
  /** After "is". */
  readonly what: string;
  /** What takes its place, under a tag. */
  readonly image: string;
  readonly superuser: string;
  /** PGDATA, where the container's environment says no other. */
  readonly pgdata: (env: Container["env"]) => string;
  readonly hba: string;
  /** Of its variables. */
  readonly variable: RegExp;
  /** What the official image calls those that it has as well. */
  readonly successors: Readonly<Record<string, string>>;
}

type Look = Pick<Container, "env" | "image" | "mounts">;

const BITNAMI: Layout = {
  what: "Bitnami's",
  image: "docker.io/library/postgres",
  superuser: "postgres",
  pgdata: (env) =>
    env["POSTGRESQL_DATA_DIR"] || env["PGDATA"] ||
    `${env["POSTGRESQL_VOLUME_DIR"] || "/bitnami/postgresql"}/data`,
  hba: "/opt/bitnami/postgresql/conf/pg_hba.conf",
  variable: /^(POSTGRES(QL)?_\w+|ALLOW_EMPTY_PASSWORD)$/,
  successors: {
    POSTGRESQL_DATABASE: "POSTGRES_DB",
    POSTGRES_DATABASE: "POSTGRES_DB",
    POSTGRESQL_POSTGRES_PASSWORD: "POSTGRES_PASSWORD",
    POSTGRES_POSTGRES_PASSWORD: "POSTGRES_PASSWORD",
    POSTGRESQL_PASSWORD: "POSTGRES_PASSWORD",
    POSTGRES_PASSWORD: "POSTGRES_PASSWORD",
  },
};

/** Undefined for the official image and those made from it. */
export function layoutOf({ env, image, mounts }: Look): Layout | undefined {
  const isNamed = /(^|\/)bitnami(legacy|secure)?\/postgresql$/.test(
    nameOf(image),
  );
  const isLaid = env["BITNAMI_APP_NAME"] === "postgresql" ||
    mounts.some(({ mountPath }) =>
      /^\/bitnami\/postgresql\/?$/.test(mountPath)
    );
  // The official image may have its volume mounted anywhere.
  return isNamed || isLaid && !env["PG_MAJOR"] ? BITNAMI : undefined;
}

/** What to type where its superuser has no password, and it asks everybody for one. */
export function letInBy(container: Container): string | undefined {
  const layout = layoutOf(container);
  if (layout === undefined) return undefined;
  const line = `sed -i "1i local all ${layout.superuser} trust" ${layout.hba}`;
  return `Its superuser may have no password (POSTGRESQL_POSTGRES_PASSWORD), and its pg_hba.conf asks for one. Let it in over its own socket, which stays so in the new version: podman or docker exec ${container.name} bash -c '${line}; pg_ctl reload -D ${
    layout.pgdata(container.env)
  }'; or name another superuser with --superuser`;
}
