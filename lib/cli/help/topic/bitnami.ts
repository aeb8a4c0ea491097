import { heading, type Page, shell, text, typed } from "../page.ts";

/** From Bitnami's image to the official one, by hand: a spec types these lines. */
export const bitnami: Page = {
  name: "bitnami",
  about: "out of Bitnami's image, by hand, into one that pgladder upgrades",
  blocks: [
    text(
      "Bitnami's image keeps its data below /bitnami/postgresql, as user 1001, with its settings outside of the data, and has variables of its own. pgladder does not upgrade it. These lines dump all of it and put it into the official image, of the same major version or a later one. The old data stay where they are. The container is called db here, and /srv/db-new is to hold the new data. With docker, write docker for podman.",
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
