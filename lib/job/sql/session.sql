-- Both clusters are asked in one manner, whatever is set for the role or the database.
SET search_path = pg_catalog;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET IntervalStyle = 'postgres';
SET bytea_output = 'hex';
SET xmloption = content;
SET statement_timeout = 0;
SET row_security = off;
-- Servers before 12 print floating point numbers differently with any other value.
SET extra_float_digits = 0;
