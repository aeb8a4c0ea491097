-- Where a running server can be reached, and whether it can be copied, as one JSON object.
select json_build_object(
  'port', current_setting('port')::int,
  'addresses', regexp_split_to_array(current_setting('listen_addresses'), '\s*,\s*'),
  'sockets', regexp_split_to_array(current_setting('unix_socket_directories'), '\s*,\s*'),
  'walLevel', current_setting('wal_level'),
  'senders', current_setting('max_wal_senders')::int)
