-- Every database that can be dumped, the biggest first: OID, bytes, encoding, name.
-- A size is null where the files are gone: who connects is told so by the server.
-- The name goes as base64 of its own bytes: it may hold anything, in any encoding.
SELECT d.oid || ' ' || s.bytes || ' '
    || pg_encoding_to_char(d.encoding) || ' '
    || translate(encode(convert_to(d.datname::text, getdatabaseencoding()), 'base64'), E'\n', '')
FROM pg_database AS d, LATERAL (SELECT coalesce(pg_database_size(d.oid), 0) AS bytes) AS s
WHERE d.datallowconn AND d.datconnlimit <> -2 AND d.datname <> 'template0'
ORDER BY s.bytes DESC, d.oid;
