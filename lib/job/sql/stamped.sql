-- Whether columns have an option that only some servers know: see stamps.sh.
SELECT EXISTS (SELECT FROM pg_attribute, unnest(attoptions) AS o WHERE o LIKE 'pg\_attver=%');
