-- name: durability
-- Says whether an acknowledged commit survives a crash of PostgreSQL ("off": it may not).
SHOW synchronous_commit

-- name: lift_limits
-- Lets one transaction take as long as a sweep over a whole table needs.
SELECT
    set_config('statement_timeout', '0', true),
    set_config('idle_in_transaction_session_timeout', '0', true)
