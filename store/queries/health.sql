-- name: server_facts
-- Says which PostgreSQL answers, and what its clock shows at this very moment.
SELECT current_setting('server_version') AS version, clock_timestamp() AS now

-- name: keys_in_use
-- Names the key-encryption keys under which keys of complaints are wrapped.
SELECT DISTINCT kek_id FROM vault_key WHERE wrapped_key IS NOT NULL ORDER BY kek_id
