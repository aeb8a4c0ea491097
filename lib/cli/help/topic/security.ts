import { COPYING, JOBS, type Script } from "../../../job/user.ts";
import { heading, type Page, terms, text } from "../page.ts";

const USERS = { from: "the old server's user", to: "the new server's user" };
const COPIES = {
  no: "no capability",
  always: `no capability; before it root, for a copy of the data alone`,
  clone:
    "no capability; before it root, for a clone of the data alone, where the file system makes one",
};

/** What each job does, by the name of its script. */
const DOES: Readonly<Record<Script, string>> = {
  "base_backup": "copies the live database in a rehearsal",
  initialise: "makes the empty new cluster",
  mend: "recovers a database that was not shut down",
  "dump_server": "serves the old data to be dumped",
  "dump_worker": "dumps them",
  build: "fills the new cluster from the dump",
  "pg_upgrade": "makes the new cluster by pg_upgrade",
};

/** Whom each job runs as, and what it may do. */
const jobs = (Object.keys(JOBS) as Script[]).map((script) =>
  [
    script,
    `${DOES[script]}: ${USERS[JOBS[script].as]}, ${
      COPIES[JOBS[script].copies]
    }`,
  ] as const
);

export const security: Page = {
  name: "security",
  about: "what it may do, and where secrets are",
  blocks: [
    text(
      "pgladder runs as root, because it moves data directories and starts units. It has no network of its own: images are pulled by podman or docker, and its jobs run in containers without network. Of foreign code it calls the C library alone, for what Deno lacks, such as exchanging two names in one instant.",
    ),
    heading("Secrets"),
    terms(
      [
        "passwords",
        "none in a command line, in the environment of a visible process, in the journal, in a log",
      ],
      [
        "private servers",
        "listen on a socket in a directory that root alone may enter, on no port",
      ],
      [
        "the new cluster",
        "is initialised with a random password that is forgotten; the roles' own come with the dump",
      ],
      [
        "the dump",
        "holds the roles' password hashes and subscriptions' passwords, in a directory of mode 0700, until commit",
      ],
    ),
    heading("Jobs"),
    text(
      `Each job is a container of an image that it cannot write to, without network (but that of the live server in a rehearsal), without a way to gain privileges (no-new-privileges), and with all capabilities dropped. Where one begins as root it has ${
        COPYING.join(", ")
      }, and drops them before a server runs.`,
    ),
    terms(...jobs),
    heading("Code in the database"),
    text(
      'A restore computes CHECK constraints, domains, generated columns and keys of partitions as it puts rows into tables. Where they call a function of an ordinary role, or one that runs text, a role of the build\'s own puts the rows in: it may read all rows and add some, and is no superuser. The rows of materialized views always come by such a role. What only the superuser could check, after the rows, "plan" refuses: a constraint whose function takes its own table, and a foreign key whose columns an ordinary role\'s cast converts. By either way it refuses what the server computes itself as it makes a table or plans a query of it: a call with constants alone in a generated column, an index, a statistics object, the key of a partitioned table or a partition\'s constraint, and there a function in SQL that calls another role\'s. The check "expressions" of "plan" names each. The build also sums up the system\'s own catalogs before the restore and after it, and any change stops the upgrade before the switch. Who does not trust the roles of a cluster takes --method pg_upgrade: it keeps the rows as they are and computes none of this.',
    ),
    heading("Care"),
    terms(
      [
        "nothing by name alone",
        "a directory is known by its inode, a cluster by its system identifier and its control file's checksum",
      ],
      [
        "paths",
        "to a volume below a directory that others than root may change are refused, symbolic links too",
      ],
      [
        "foreign words",
        "names and errors are made safe before they reach your terminal",
      ],
    ),
  ],
};
