/** Something that pgladder refuses, and its words for it. */
interface Case {
  readonly name: string;
  readonly words: readonly string[];
  readonly code: number;
  readonly says: string | RegExp;
  readonly hint: string | RegExp;
  /** Before it, in the host; `after` takes it back. */
  readonly given?: string;
  readonly after?: string;
}

export const UP = ["--yes", "--switch", "unit"];

/** Refused before anything is looked at, or for want of the container. */
export const COMMAND_LINE: readonly Case[] = [
  {
    name: "an unknown command",
    words: ["upgrad", "db", "--to", "17"],
    code: 2,
    says: 'Unknown command "upgrad"',
    hint: 'Did you mean "upgrade"? See "pgladder help"',
  },
  {
    name: "an unknown option",
    words: ["upgrade", "db", "--too", "17"],
    code: 2,
    says: 'Unknown option "--too"',
    hint: 'Did you mean "--to"? See "pgladder help"',
  },
  {
    name: "an option of another command",
    words: ["status", "--to", "17"],
    code: 2,
    says: '"status" has no option --to',
    hint: 'See "pgladder help status"',
  },
  {
    name: "an option twice",
    words: ["upgrade", "db", "--to", "17", "--to", "18"],
    code: 2,
    says: "Cannot take --to more than once",
    hint: 'See "pgladder help upgrade"',
  },
  {
    name: "no container",
    words: ["upgrade", "--to", "17"],
    code: 2,
    says: "No container is named",
    hint: "pgladder upgrade CONTAINER --to TAG",
  },
  {
    name: "no version",
    words: ["upgrade", "db"],
    code: 2,
    says: "No version is named",
    hint: "pgladder upgrade db --to 17",
  },
  {
    name: "a tag that is none",
    words: ["upgrade", "db", "--to", "17; reboot", ...UP],
    code: 2,
    says: '--to cannot be "17; reboot"',
    hint: "It is an image's tag, such as 17 or 17.2-bookworm",
  },
  {
    name: "a switch that is none",
    words: ["upgrade", "db", "--to", "17", "--yes", "--switch", "unti"],
    code: 2,
    says: '--switch cannot be "unti"',
    hint:
      'It is one of manual, nixos, quadlet, compose, unit, command. Did you mean "unit"?',
  },
  {
    name: "a container name with a shell in it",
    words: ["upgrade", "$(touch /var/tmp/pwned); x", "--to", "17", ...UP],
    code: 3,
    says: 'Cannot find a running container "$(touch /var/tmp/pwned); x"',
    hint:
      'Running: db, mounted, odd_name.1, sleeper, small. "pgladder status CONTAINER" says what became of another one',
  },
  {
    name: "a container name that would clear the screen",
    words: ["upgrade", "a\u001b[2Jb", "--to", "17", ...UP],
    code: 3,
    says: 'Cannot find a running container "a\\u001b[2Jb"',
    hint:
      'Running: db, mounted, odd_name.1, sleeper, small. "pgladder status CONTAINER" says what became of another one',
  },
  {
    name: "a container name that is a path",
    words: ["upgrade", "../../srv/db", "--to", "17", ...UP],
    code: 3,
    says: 'Cannot find a running container "../../srv/db"',
    hint:
      'Running: db, mounted, odd_name.1, sleeper, small. "pgladder status CONTAINER" says what became of another one',
  },
  {
    name: "nothing to resume",
    words: ["resume", "db"],
    code: 3,
    says: 'Cannot find an open run of "db"',
    hint:
      'See "pgladder status" for all open runs, and "pgladder status db" for that container',
  },
];

/** Refused after a look at the host. */
export const CHECKED: readonly Case[] = [
  {
    name: "an unknown container",
    words: ["upgrade", "bd", "--to", "17", ...UP],
    code: 3,
    says: 'Cannot find a running container "bd"',
    hint:
      'Running: db, mounted, odd_name.1, sleeper, small. "pgladder status CONTAINER" says what became of another one',
  },
  {
    name: "a tag that does not exist",
    words: ["upgrade", "db", "--to", "99", ...UP],
    code: 3,
    says: /^Cannot get the image "docker.io\/library\/postgres:99": /,
    hint:
      'Nothing was changed. Check the tag (now it is "15"), or name the whole image with --image',
  },
  {
    name: "a downgrade",
    words: ["upgrade", "db", "--to", "13", ...UP],
    code: 3,
    says:
      /^Refused by "version": 15\.\d+ → 13\.\d+ is a downgrade \(PostgreSQL cannot go back to an earlier major version: restore a dump of that version\); nothing was changed$/,
    hint: 'See "pgladder plan db --to 13 --switch unit"',
  },
  {
    name: "a container of the image that runs something else",
    words: ["upgrade", "sleeper", "--to", "17", ...UP],
    code: 3,
    says:
      /^Cannot ask the server in "sleeper": no server listens in it yet \(.+\)$/,
    hint: /once it is ready; if it is no database, name the one that is$/,
  },
  {
    name: "a container with an odd name that is no database",
    words: ["plan", "odd_name.1", "--to", "17"],
    code: 3,
    says: /^Cannot ask the server in "odd_name\.1": no server listens in it/,
    hint: /if it is no database, name the one that is$/,
  },
  {
    name: ".bak is already there",
    given: "mkdir /srv/db.bak",
    after: "rmdir /srv/db.bak",
    words: ["upgrade", "db", "--to", "17", ...UP],
    code: 3,
    says:
      'Refused by "leftovers": "/srv/db.bak" is already there (Move it away, or end that upgrade with pgladder commit); nothing was changed',
    hint: 'See "pgladder plan db --to 17 --switch unit"',
  },
  {
    name: "too little space",
    words: ["upgrade", "small", "--to", "17", ...UP],
    code: 3,
    says:
      /^Refused by "space": 1\.\d GiB needed, \d+ MiB free at "\/srv\/ext4" \(Make room there: nothing of the old data is removed before commit\); nothing was changed$/,
    hint: 'See "pgladder plan small --to 17 --switch unit"',
  },
  {
    name: "a routine with a setting that the new server does not know",
    given:
      `podman exec db psql -XqU postgres -c "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql SET force_parallel_mode = on SET work_mem = '5MB' SET my.word = 'x' AS 'SELECT 1'"`,
    after: `podman exec db psql -XqU postgres -c 'DROP FUNCTION f'`,
    words: ["upgrade", "db", "--to", "17", ...UP],
    code: 3,
    says:
      /^Refused by "new server": 17\.\d+ does not know force_parallel_mode \(of public\.f\(integer\) in database "postgres"\) \(ALTER ROUTINE … RESET it first: neither method could restore it\); nothing was changed$/,
    hint: 'See "pgladder plan db --to 17 --switch unit"',
  },
  {
    name: "a database with a line break in its name",
    given:
      `podman exec db psql -XqU postgres -c 'CREATE DATABASE "two\nlines"'`,
    after: `podman exec db psql -XqU postgres -c 'DROP DATABASE "two\nlines"'`,
    words: ["upgrade", "db", "--to", "17", ...UP],
    code: 3,
    says:
      'Refused by "databases": the database "two\\nlines" has a line break in its name (Rename it: pg_dumpall refuses such names); nothing was changed',
    hint: 'See "pgladder plan db --to 17 --switch unit"',
  },
  {
    name: "nobody to ask and no --yes",
    words: ["upgrade", "db", "--to", "17", "--switch", "unit"],
    code: 3,
    says: "Not confirmed; nothing was changed",
    hint: "There is no terminal to ask on. Add --yes",
  },
];
