import { heading, type Page, terms, text } from "../page.ts";

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
