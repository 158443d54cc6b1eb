-- name: stored_key
-- Gives the wrapped key of a complaint; NULL if it was destroyed.
SELECT wrapped_key, kek_id FROM vault_key WHERE complaint_id = $1

-- name: destroy_key
-- Destroys a key, once; says whether the complaint has one at all.
UPDATE vault_key
SET wrapped_key = NULL, destroyed_at = coalesce(destroyed_at, now())
WHERE complaint_id = $1
RETURNING true

-- name: record_opening
-- Records who opened which fields of a complaint, and why.
INSERT INTO vault_opening (opened_by, complaint_id, fields, purpose) VALUES ($1, $2, $3, $4)

-- name: openings
-- Gives who opened what of a complaint, the earliest first.
SELECT opened_by, fields, purpose, opened_at FROM vault_opening WHERE complaint_id = $1 ORDER BY id
