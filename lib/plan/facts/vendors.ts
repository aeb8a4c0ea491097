import { Failure } from "../../base/failure.ts";
import { nameOf } from "../../base/image_name.ts";
import type { Container } from "../../port/containers.ts";
import type { Ports } from "../../port/ports.ts";
import { layoutOf } from "./layouts.ts";

/** What of a container tells where its image has come from. */
type Look = Pick<Container, "env" | "image" | "mounts">;

/** Images of a vendor that has a way of its own to a new major version. */
interface Vendor {
  /** After "is". */
  readonly what: string;
  /** Of the image, whatever registry it lies in. */
  readonly names: RegExp;
  /** A mirror gives an image another name, and leaves what it is made of. */
  readonly layout: (look: Look) => boolean;
  /** A sentence: that vendor's own way. */
  readonly way: string;
}

const hasMount = ({ mounts }: Look, path: string) =>
  mounts.some(({ mountPath }) => mountPath.replace(/\/$/, "") === path);

/**
 * The names are those under which each vendor publishes them; the layouts those
 * that its pages document: mounts, and variables of the environment.
 */
const VENDORS: readonly Vendor[] = [
  {
    what: "Bitnami's with repmgr",
    names: /(^|\/)bitnami(legacy|secure)?\/postgresql-repmgr$/,
    layout: ({ env }) => env["BITNAMI_APP_NAME"] === "postgresql-repmgr",
    way:
      'Its servers replace each other, and pgladder upgrades one: move the databases into the official image by hand, "pgladder help bitnami" has the lines',
  },
  {
    what: "Supabase's",
    names: /(^|\/)supabase\/postgres$/,
    layout: (look) =>
      hasMount(look, "/etc/postgresql-custom") ||
      look.env["POSTGRES_USER"] === "supabase_admin",
    way:
      "Use Supabase's own script, upgrade-pg17.sh in docker/utils of its repository (https://supabase.com/docs/guides/self-hosting/postgres-upgrade-17)",
  },
  {
    what: "Red Hat's or sclorg's",
    names:
      /(^|\/)((sclorg|centos|centos7|fedora|rhel\d+|rhscl)\/postgresql-\d+[\w-]*|quay\.io\/fedora\/postgresql-\d+)$/,
    layout: ({ env }) =>
      env["CONTAINER_SCRIPTS_PATH"] ===
        "/usr/share/container-scripts/postgresql",
    way:
      "Start the image of the next version once with POSTGRESQL_UPGRADE=copy in its environment, after a backup: it upgrades its data itself, from one version of sclorg's images to the next",
  },
  {
    what: "GitLab's, with its database inside,",
    names: /(^|\/)gitlab\/gitlab-(ce|ee|jh)$/,
    layout: (look) => hasMount(look, "/var/opt/gitlab"),
    way:
      "GitLab upgrades its database itself along with its own version, or by gitlab-ctl pg-upgrade in the container",
  },
  {
    what: "Discourse's, with its database inside,",
    names: /(^|\/)(local_discourse\/[^/]+|discourse\/base)$/,
    layout: (look) =>
      hasMount(look, "/shared") && "DISCOURSE_HOSTNAME" in look.env,
    way:
      "Discourse upgrades its database itself when ./launcher rebuilds the container",
  },
  {
    what: "Nextcloud All-in-One's",
    names: /(^|\/)(nextcloud|nextcloud-releases)\/aio-postgresql$/,
    layout: ({ mounts }) =>
      mounts.some(({ name }) => name === "nextcloud_aio_database"),
    way:
      "Update in the interface of Nextcloud All-in-One, which upgrades its database itself",
  },
  {
    what: "CloudNativePG's",
    names:
      /(^|\/)(cloudnative-pg\/(postgresql|postgis)(-containers)?|tensorchord\/cloudnative-(pgvecto\.rs|vectorchord))$/,
    layout: (look) => hasMount(look, "/controller"),
    way:
      "Change imageName in its Cluster resource: the operator upgrades the data itself",
  },
  {
    what: "Zalando's Spilo",
    names: /(^|\/)(acid|zalando)\/spilo(-\d+|-cdp-\d+)?$/,
    layout: ({ env }) => (env["PGROOT"] ?? "").endsWith("/pgroot"),
    way:
      "Use its own script, inplace_upgrade.py, which Zalando's operator runs when the version in the manifest is raised",
  },
  {
    what: "Crunchy's",
    names: /(^|\/)crunchy-(postgres|postgres-gis)(-ha)?$/,
    layout: ({ env }) => /^\/pgdata\/pg\d+$/.test(env["PGDATA"] ?? ""),
    way: "Use a PGUpgrade resource of Crunchy's operator",
  },
];

/** Whose images it is of, by its name or by its layout. */
export function vendorOf(look: Look): Vendor | undefined {
  const name = nameOf(look.image);
  return VENDORS.find(({ layout, names }) => names.test(name) || layout(look));
}

/** What is left for the official image must tell what is to come along. */
function stoppedOf(
  container: Container,
): Pick<Vendor, "what" | "way"> | undefined {
  const layout = layoutOf(container);
  return layout === undefined || container.running ? undefined : {
    what: layout.what,
    way: "Start it first: its server alone can tell what is to come along",
  };
}

/**
 * Before its server is asked, which would not answer as the official image's.
 *
 * @throws {Failure} "vendor": it is of an image with an own way to a new version
 */
export async function refuseVendor(
  name: string,
  { containers }: Ports,
): Promise<void> {
  const container = await containers.inspect(name);
  if (container === undefined) return;
  const vendor = vendorOf(container) ?? stoppedOf(container);
  if (vendor === undefined) return;
  const { image } = container;
  const { way, what } = vendor;
  throw new Failure("vendor", { name, image, what, way });
}
