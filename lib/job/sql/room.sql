-- For what reads the scripts of extensions: those of PostGIS have 20 MB, and are searched again and again.
SET work_mem = '128MB';
