-- What the configuration files say, one line of JSON a setting: of several values the one that counts.
-- Variable: told = names that the new server could not take as they were, in lower case, separated by commas.
-- What a job says itself, of what no file of the data directory does, is left out.
-- What lies in the data directory is named from there, since that may move; what holds secrets, by its sum.
WITH told AS (
  SELECT name FROM unnest(string_to_array(:'told', ',')) AS name WHERE name <> ''
),
said AS (
  SELECT DISTINCT ON (lower(name)) lower(name) AS name, setting
  FROM pg_file_settings WHERE name IS NOT NULL AND sourcefile !~ '/told[.][a-z_]+[.]conf$'
  ORDER BY lower(name), seqno DESC
)
SELECT json_build_array('setting', name, CASE
    WHEN name ~ 'conninfo|passphrase' THEN md5(setting)
    WHEN starts_with(setting, current_setting('data_directory') || '/')
      THEN 'PGDATA' || substr(setting, length(current_setting('data_directory')) + 1)
    ELSE setting END)
FROM said WHERE name NOT IN (SELECT name FROM told)
UNION ALL
SELECT json_build_array('setting', name, 'told') FROM told;
