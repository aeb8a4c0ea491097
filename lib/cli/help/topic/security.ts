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
  ask: "serves the old data to be asked, where nothing has served them",
  "dump_server": "serves the old data to be dumped",
  "dump_worker": "dumps them",
  build: "fills the new cluster from the dump",
  "pg_upgrade": "makes the new cluster by pg_upgrade",
  reindex: "rebuilds indexes that another library has sorted",
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
      "pgladder runs as root, because it moves data directories and starts units. It opens no network connection: podman or docker pulls the images, and jobs run in containers without network. The C library is the only native code that it calls, for what Deno lacks, such as exchanging two names in one system call.",
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
        "is initialised with a random password that is not kept; the roles' own passwords come with the dump",
      ],
      [
        "the dump",
        "holds the roles' password hashes and subscriptions' passwords, in a directory of mode 0700, until commit",
      ],
    ),
    heading("Jobs"),
    text(
      `Each job runs in a container with a read-only image, without network and without capabilities, and cannot gain privileges (no-new-privileges). Only the copy of a rehearsal joins the network of the live server. A job that starts as root has ${
        COPYING.join(", ")
      }, and drops them before a server runs.`,
    ),
    terms(...jobs),
    heading("Code in the database"),
    text(
      "A restore evaluates CHECK constraints, domains, generated columns and partition keys while it fills the tables. Such an expression may call a function of an ordinary role, or one that runs text. Then a role of the build fills that table: it may read all rows and add some, and is no superuser. Materialized views are always filled by such a role.",
    ),
    text(
      "plan refuses what only the superuser could check after the rows: a constraint whose function reads its own table, and a foreign key whose columns an ordinary role's cast converts. With both methods plan also refuses what the server computes itself when it makes a table or plans a query: a call with constants alone in a generated column, an index, a statistics object, a partition key or a partition's constraint, and a function in SQL there that calls a function of another role. The check \"expressions\" names each of them.",
    ),
    text(
      "The build compares the system's own catalogs before and after the restore, and any change stops the upgrade before the switch. If you do not trust the roles of a cluster, use --method pg_upgrade: it keeps the rows and evaluates none of this.",
    ),
    heading("Care"),
    terms(
      [
        "nothing by name alone",
        "a directory is known by its inode, a cluster by its system identifier and its control file's checksum",
      ],
      [
        "paths",
        "to a volume below a directory that others than root may change are refused, unless you trust them (--trust-parents); over their symbolic links nothing is moved",
      ],
      [
        "mount points",
        "belong to the server's user, who may put links there. While entries move within one, its root is root's, and every entry is known by its inode; it is the user's again before the server starts",
      ],
      [
        "names and errors",
        "from servers, containers and files are made safe before they reach your terminal",
      ],
    ),
  ],
};
