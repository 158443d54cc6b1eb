-- The roles and the database of Redress. The postgres image runs this once, on an empty volume; on
-- a server of your own run it with psql, as a superuser, with both passwords in the environment.
\set ON_ERROR_STOP on
\getenv owner_password DB_OWNER_PASSWORD
\getenv worker_password DB_WORKER_PASSWORD

-- The owner migrates. The worker works as redress_app, to which the migrations grant what it may
-- do: it cannot rewrite the past, not even if somebody takes it over.
CREATE ROLE redress_app NOLOGIN;
CREATE ROLE redress_owner LOGIN IN ROLE redress_app PASSWORD :'owner_password';
CREATE ROLE redress_worker LOGIN IN ROLE redress_app PASSWORD :'worker_password';
CREATE DATABASE redress OWNER redress_owner;
REVOKE CONNECT, TEMPORARY ON DATABASE redress FROM PUBLIC;
GRANT CONNECT ON DATABASE redress TO redress_worker;

-- `redress doctor` reads which migrations are applied, which redress_app may not.
\connect redress
ALTER DEFAULT PRIVILEGES FOR ROLE redress_owner GRANT SELECT ON TABLES TO redress_worker;
