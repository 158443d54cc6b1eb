-- name: lock_migrations
-- Waits until nobody else migrates this database; the lock goes with the connection.
SELECT pg_advisory_lock(7305518209)

-- name: have_migrations
-- Says whether this database was ever migrated.
SELECT to_regclass('schema_migration') IS NOT NULL

-- name: create_migrations
-- Makes the list of the migrations applied.
CREATE TABLE schema_migration (
    number bigint PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)

-- name: applied_migrations
-- Gives the migrations applied, in order.
SELECT number, name, sha256, applied_at FROM schema_migration ORDER BY number

-- name: record_migration
-- Notes that a migration was applied, and from which file.
INSERT INTO schema_migration (number, name, sha256) VALUES ($1, $2, $3)
