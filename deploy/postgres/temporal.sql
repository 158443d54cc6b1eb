-- The role and the databases of the Temporal server. The postgres image runs this once, on an empty
-- volume; deploy/temporal/schema.sh makes the tables.
\set ON_ERROR_STOP on
\getenv temporal_password DB_TEMPORAL_PASSWORD

CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT, TEMPORARY ON DATABASE temporal, temporal_visibility FROM PUBLIC;
