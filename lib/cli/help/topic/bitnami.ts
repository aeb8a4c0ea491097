import { heading, type Page, shell, text, typed } from "../page.ts";

/** From Bitnami's image to the official one; a spec types the lines of the way by hand. */
export const bitnami: Page = {
  name: "bitnami",
  about: "out of Bitnami's image into the official one",
  blocks: [
    text(
      "Bitnami's image (bitnami/postgresql, bitnamilegacy/postgresql) keeps its data below /bitnami/postgresql, as user 1001, with its settings outside of the data, and has variables of its own. pgladder knows it, and upgrades it into the official image, of the same major version or a later one, by a dump or by pg_upgrade:",
    ),
    typed(
      ["pgladder plan db --to 17", "into docker.io/library/postgres:17"],
      ["pgladder upgrade db --to 17", "--image names another image"],
    ),
    text(
      "Roles and passwords come along, and so do the settings that the old server had by files, variables and its command, pg_hba.conf among them: they stand in the new data, as postgresql.conf and pg_hba.conf. What the new version does not know is commented out and listed. The old data stay as they are until commit, so rollback leads back to Bitnami's image.",
    ),
    text(
      "The switch changes the image and the mount in the file (--switch compose, quadlet or unit), or tells you to. Variables stay as they are there; by hand it lists them: POSTGRESQL_POSTGRES_PASSWORD or POSTGRESQL_PASSWORD becomes POSTGRES_PASSWORD, and most can go. Where the configuration names a user for the container, take that out first: the official image has another.",
    ),
    text(
      "Where its superuser postgres has no password, plan says how to let it in. Refused are TLS by files of Bitnami's user, a port other than 5432, a command of its own, and the image with repmgr. A rehearsal is not possible. For those this is the way by hand: it dumps all of it and puts it into the official image. The container is called db here, and /srv/db-new is to hold the new data. With docker, write docker for podman.",
    ),
    heading("Dump, as long as it serves and nobody writes"),
    shell(
      [
        `podman exec db bash -c 'PGPASSWORD="\${POSTGRESQL_POSTGRES_PASSWORD:-$POSTGRESQL_PASSWORD}" pg_dumpall -h 127.0.0.1 -U postgres' > /root/db.sql`,
        "stop what writes first; the password stays in the container",
      ],
      [
        "tail -n 5 /root/db.sql | grep 'database cluster dump complete'",
        "if it prints nothing, the dump was cut short, so do not go on",
      ],
    ),
    text(
      "POSTGRESQL_PASSWORD is postgres' own only where no POSTGRESQL_USERNAME is set. Where neither is its password, or it lies in a file, type it in the place of the variables.",
    ),
    heading("The official image"),
    shell(
      ["mkdir /srv/db-new", ""],
      [
        "podman run -d --name db-new -e POSTGRES_PASSWORD=SECRET -v /srv/db-new:/var/lib/postgresql/data docker.io/library/postgres:17",
        "from 18 on the mount is /srv/db-new:/var/lib/postgresql",
      ],
      [
        "until podman exec db-new pg_isready -qh 127.0.0.1; do sleep 1; done",
        "",
      ],
      [
        "podman exec -i db-new psql -qU postgres < /root/db.sql",
        `one error is as it should be: role "postgres" already exists`,
      ],
    ),
    heading("The configuration, by your hand"),
    text(
      "In the unit or compose file, name the official image. Mount /srv/db-new on /var/lib/postgresql/data, in place of the mount on /bitnami/postgresql. Remove the variables POSTGRESQL_*: the data have users, passwords and databases already, and POSTGRES_PASSWORD is asked for only with an empty directory. Settings that Bitnami took from variables or from /bitnami/postgresql/conf go into postgresql.conf and pg_hba.conf in /srv/db-new. Remove db-new, stop the old container, and start the service. From then on pgladder knows it:",
    ),
    typed(["pgladder status db", "what it is now, and whether all is well"]),
  ],
};
