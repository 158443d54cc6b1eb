-- name: put_message
-- Keeps a message until it is collected; the first one under a key stands.
INSERT INTO outbox (key, number, purpose, body) VALUES ($1, $2, $3, $4)
ON CONFLICT (key) DO NOTHING

-- name: collect_messages
-- Gives all messages of a complaint in order and notes when each was first read.
WITH collected AS (
    UPDATE outbox SET collected_at = coalesce(collected_at, now())
    WHERE number = $1
    RETURNING key, number, purpose, body, stored_at
)
SELECT key, number, purpose, body FROM collected ORDER BY stored_at, key
