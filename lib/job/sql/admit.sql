-- Lets a role into this database, or no more, and sets how many may connect. Variables: word = GRANT or REVOKE, of = TO
-- or FROM, loader = the role, limit = of connections.
SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', current_database(), :'limit'),
  format('%s CONNECT ON DATABASE %I %s %I', :'word', current_database(), :'of', :'loader')
\gexec
