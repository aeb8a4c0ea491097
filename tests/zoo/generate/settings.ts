import type { From } from "./cluster.ts";
import type { Random } from "./random.ts";

/** What the operator has configured: files, command line, environment. */

const LINES: readonly string[] = [
  "timezone = 'Europe/Berlin'",
  "timezone = 'America/St_Johns'",
  "log_timezone = 'Asia/Tokyo'",
  "datestyle = 'sql, dmy'",
  "intervalstyle = 'iso_8601'",
  "bytea_output = 'escape'",
  "extra_float_digits = -5",
  "quote_all_identifiers = on",
  "search_path = '\"$user\", nowhere'",
  "xmloption = document",
  "standard_conforming_strings = off",
  "array_nulls = off",
  "default_transaction_read_only = on",
  "default_transaction_isolation = 'serializable'",
  "default_transaction_deferrable = on",
  "statement_timeout = 500",
  "lock_timeout = '1s'",
  "idle_in_transaction_session_timeout = '10s'",
  "row_security = off",
  "lc_messages = 'en_US.utf8'",
  "lc_monetary = 'en_US.utf8'",
  "log_statement = 'all'",
  "log_min_duration_statement = 0",
  "log_destination = 'csvlog'",
  "logging_collector = on",
  "max_connections = 20",
  "max_connections = 500   # many",
  "max_locks_per_transaction = 16",
  "max_prepared_transactions = 5",
  "max_worker_processes = 2",
  "max_wal_senders = 0\nwal_level = minimal",
  "wal_level = logical",
  "archive_mode = on\narchive_command = 'exit 1'",
  "fsync = off",
  "shared_preload_libraries = 'pg_stat_statements'",
  "shared_preload_libraries = 'auto_explain, pg_stat_statements'\nauto_explain.log_min_duration = 0",
  "session_preload_libraries = 'auto_explain'",
  "shared_buffers = 16MB",
  "work_mem = '64kB'",
  "temp_file_limit = 1MB",
  "password_encryption = md5",
  "default_tablespace = ''",
  "default_toast_compression = pglz",
  "client_encoding = 'latin1'",
  "synchronous_standby_names = 'nobody'",
  "synchronous_commit = remote_apply",
  "autovacuum = off",
  "unix_socket_directories = '/var/run/postgresql, /tmp'",
  "port = 5432",
  "ssl = off",
  "listen_addresses = 'localhost'",
  "external_pid_file = '/tmp/pid'",
  "event_source = 'x'",
  "my.custom = 'it''s'",
  "include_if_exists 'not_there.conf'",
  "include_dir 'conf.d'",
  "jit = on",
  "track_commit_timestamp = on",
  "huge_pages = off",
  "exit_on_error = off",
  "zero_damaged_pages = off",
  "ignore_checksum_failure = off",
  "allow_system_table_mods = off",
  "backslash_quote = on",
  "transform_null_equals = on",
  "cluster_name = 'the zoo''s'",
  "log_line_prefix = '%m [%p] %q%u@%d '",
];

/** Those that a later version does not know. */
const REMOVED: Readonly<Record<From, readonly string[]>> = {
  13: [
    "vacuum_cleanup_index_scale_factor = 0.2",
    "operator_precedence_warning = on",
    "stats_temp_directory = 'pg_stat_tmp'",
    "old_snapshot_threshold = 60",
    "force_parallel_mode = off",
    "vacuum_defer_cleanup_age = 0",
    "promote_trigger_file = ''",
  ],
  15: [
    "old_snapshot_threshold = 60",
    "force_parallel_mode = off",
    "vacuum_defer_cleanup_age = 0",
    "db_user_namespace = off",
    "trace_recovery_messages = log",
  ],
  17: ["debug_parallel_query = off"],
};

export function settingsOf(random: Random, from: From) {
  const known = LINES.filter((line) =>
    from >= 14 || !/toast_compression|idle_session/.test(line)
  );
  const lines = random.some(known, random.one([0, 0, 1, 3, 6, 12]));
  if (random.chance(0.2)) lines.push(random.one(REMOVED[from]));
  const commandLine = random.chance(0.2)
    ? random.some([
      "timezone=Asia/Kolkata",
      "work_mem=5MB",
      "shared_preload_libraries=pg_stat_statements",
      "max_connections=50",
      "DateStyle=German",
      "log_min_messages=warning",
    ], random.between(1, 2))
    : [];
  const environment: Record<string, string> = random.chance(0.2)
    ? random.one([
      { TZ: "Europe/Berlin" },
      { PGTZ: "Asia/Kathmandu", PGDATESTYLE: "German" },
      { PGOPTIONS: "-c search_path=nowhere -c statement_timeout=1" },
      { LANG: "C", LC_ALL: "C" },
    ])
    : {};
  return { configuration: lines, commandLine, environment };
}
