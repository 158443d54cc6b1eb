-- name: add_door_key
-- Registers a public key, once; says whether it was new.
INSERT INTO door_key (id, public_key) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING RETURNING true

-- name: door_keys
-- Gives every key ever registered, the oldest first.
SELECT id, public_key, created_at, retired_at FROM door_key ORDER BY created_at, id

-- name: trusted_keys
-- Gives the keys in force, which new cases trust.
SELECT id, public_key FROM door_key WHERE retired_at IS NULL ORDER BY created_at, id

-- name: retire_door_key
-- Retires a key, unless it is the last one in force; says whether it did.
UPDATE door_key SET retired_at = now()
WHERE id = $1 AND retired_at IS NULL
AND EXISTS (SELECT FROM door_key AS other WHERE other.retired_at IS NULL AND other.id <> $1)
RETURNING true
