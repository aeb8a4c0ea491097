/**
 * What somebody plants who is the server's user in its container: files of
 * every kind under every name that the program or its jobs read or write.
 */

/** A name in the data directory, and what lies there. */
export interface Planting {
  readonly place: string;
  readonly kind: string;
  /** Shell; $f is the path. */
  readonly plant: string;
}

/** Where only root may read or write, on the host and in the jobs' containers. */
export const CANARY = "/root/canary";
export const SECRET = "hostile-canary-4711";

/** What a text has a shell do that evaluates it; short, as a name has 63 bytes. */
export const RUN = ">/tmp/ran;>/pgladder/ran";
/** The same for a psql that reads it as a line of its own. */
export const META = `\\! ${RUN}`;
export const ARITHMETIC = `BASH_VERSINFO[$(${RUN})0]`;

/** Names that no server of the tests has made: a running one does not mind them. */
const BESIDE = [
  "postgresql.conf.pgladder",
  "postgresql.auto.conf.pgladder",
  "pg_hba.conf.pgladder",
  "conf.d/more.conf",
  "conf.d/more.conf.pgladder",
  "more.conf",
  "server.key",
  "current_logfiles",
  "pgladder",
  ".pgladder",
  "PG_VERSION.pgladder",
  "$'line\\nfeed\\e]0;x\\a\\r.conf'",
] as const;

/** What the server has and has read: it stands aside while something else has its name. */
const INSTEAD = [
  "postgresql.conf",
  "postgresql.auto.conf",
  "pg_hba.conf",
  "PG_VERSION",
  "postmaster.pid",
  "global/pg_control",
  "standby.signal",
  "pg_tblspc/16999",
  "backup_label",
] as const;

const KINDS: Readonly<Record<string, string>> = {
  "a link to root's file": `ln -s ${CANARY} "$f"`,
  "a link to the shadow": `ln -s /etc/shadow "$f"`,
  "a link to a job's script": `ln -s /pgladder/lib.sh "$f"`,
  "a link to what is not there": `ln -s /root/planted "$f"`,
  "a link to a directory of root's": `ln -s /root "$f"`,
  "a link to the runtime's socket": `ln -s /run/docker.sock "$f"`,
  "a link to a device": `ln -s /dev/zero "$f"`,
  "a link to itself": `ln -s "$f" "$f"`,
  "a pipe": `mkfifo "$f"`,
  "a socket":
    `perl -MSocket -e 'socket S, AF_UNIX, SOCK_STREAM, 0; chdir $1 if $ARGV[0] =~ m{(.*)/}; bind S, sockaddr_un($ARGV[0] =~ s{.*/}{}r)' "$f"`,
  "a file that nobody reads": `echo x >"$f"; chmod 0 "$f"`,
  "a file of a tebibyte": `truncate -s 1T "$f"`,
  "a directory": `mkdir "$f"; echo '# $(${RUN})' >"$f/x.conf"`,
  "a directory that nobody reads": `mkdir "$f"; >"$f/x.conf"; chmod 0 "$f"`,
  "a directory of 20000 names":
    `mkdir "$f"; (cd "$f" && seq -f '%060.0f.conf' 20000 | xargs touch)`,
  "commands": `printf '%s\\n' '${META}' '$(${RUN})' >"$f"`,
};

/** One in each place; which kinds meet is another in each round. */
export function rounds(): readonly (readonly Planting[])[] {
  const kinds = Object.entries(KINDS);
  return kinds.map((_, round) =>
    BESIDE.map((place, at) => {
      const [kind = "", plant = ""] = kinds[(at + round) % kinds.length] ?? [];
      return { place, kind, plant };
    })
  );
}

/** Each alone, as the first may end the upgrade: in each place root's file, a pipe, and three others. */
export function inPlaceOfFiles(): readonly Planting[] {
  const always = ["a link to root's file", "a pipe"];
  const others = Object.keys(KINDS).filter((kind) => !always.includes(kind));
  return INSTEAD.flatMap((place, at) => {
    const three = [0, 5, 10].map((step) => others[(at + step) % others.length]);
    return [...always, ...three].map((kind = "") => ({
      place,
      kind,
      plant: KINDS[kind] ?? "",
    }));
  });
}
