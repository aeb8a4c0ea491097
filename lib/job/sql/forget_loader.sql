-- Takes away all that a role may do in this database. A privilege that was granted and revoked leaves the default
-- written out; it becomes NULL again, as a dump restores it. Variables: loader = the role.
SELECT format('DROP OWNED BY %I', :'loader') \gexec
UPDATE pg_class SET relacl = NULL
WHERE oid >= 16384 AND relkind = 'r' AND relacl = acldefault('r', relowner);
UPDATE pg_database SET datacl = NULL
WHERE datname = current_database() AND datacl = acldefault('d', datdba);
