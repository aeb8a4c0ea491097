-- Takes the stamps from the columns: see stamps.sh.
UPDATE pg_attribute SET attoptions = nullif(ARRAY(SELECT o FROM unnest(attoptions) AS o WHERE o NOT LIKE 'pg\_attver=%'), '{}')
WHERE EXISTS (SELECT FROM unnest(attoptions) AS o WHERE o LIKE 'pg\_attver=%');
