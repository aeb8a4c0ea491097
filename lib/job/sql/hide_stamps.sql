-- Takes the stamps from the columns of tables: see stamps.sh.
UPDATE pg_attribute SET attoptions = nullif(ARRAY(SELECT o FROM unnest(attoptions) AS o WHERE o NOT LIKE 'pg\_attver=%'), '{}')
WHERE EXISTS (SELECT FROM unnest(attoptions) AS o WHERE o LIKE 'pg\_attver=%')
AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid = attrelid AND relkind <> 'c');
