-- name: accept
-- Accepts a complaint: key, number, entry and dispatch row together. The counter is locked last,
-- right before the commit, so that others wait as briefly as possible.
WITH key AS (
    INSERT INTO vault_key (complaint_id, wrapped_key, kek_id, person_ref)
    VALUES ($1, $2, $3, $4)
    RETURNING complaint_id
),
counted AS (
    UPDATE register_counter SET last_number = last_number + 1
    WHERE EXISTS (SELECT FROM key)
    RETURNING last_number
),
entered AS (
    INSERT INTO register (
        number, complaint_id, source, source_key, request_hash, opening, policy_version, received_at
    )
    SELECT last_number, $1, $5, $6, $7, $8, $9, $10 FROM counted
    RETURNING number, accepted_at
),
queued AS (
    INSERT INTO dispatch_queue (number, next_attempt_at)
    SELECT number, now() + $11 FROM entered
)
SELECT number, accepted_at FROM entered

-- name: find_entry
-- Gives the entry of a complaint by the name it has in the system it comes from.
SELECT * FROM register WHERE source = $1 AND source_key = $2

-- name: entry
-- Gives an entry by its number.
SELECT * FROM register WHERE number = $1

-- name: claim_due
-- Takes due entries for a while; they come back unless they are dispatched or postponed by then.
WITH due AS (
    SELECT number FROM dispatch_queue
    WHERE next_attempt_at <= now()
    ORDER BY next_attempt_at, number
    LIMIT $1
    FOR UPDATE SKIP LOCKED
),
leased AS (
    UPDATE dispatch_queue AS queue
    SET next_attempt_at = now() + $2, attempts = attempts + 1
    FROM due
    WHERE queue.number = due.number
    RETURNING queue.number
)
SELECT register.* FROM register JOIN leased USING (number) ORDER BY number

-- name: dispatched
-- Forgets an entry whose workflow runs.
DELETE FROM dispatch_queue WHERE number = $1

-- name: postpone
-- Notes why an entry could not be dispatched and when to try again.
UPDATE dispatch_queue SET last_error = $2, next_attempt_at = now() + $3 WHERE number = $1

-- name: undispatched
-- Counts the entries that are not known to be started.
SELECT count(*) FROM dispatch_queue

-- name: count_entries
-- Counts the complaints accepted.
SELECT count(*) FROM register

-- name: numbers_missing
-- Gives numbers counted but not entered, which there must never be.
SELECT number FROM generate_series(
    1, (SELECT greatest(max(last_number), (SELECT max(number) FROM register)) FROM register_counter)
) AS number
WHERE NOT EXISTS (SELECT FROM register WHERE register.number = number.number)
ORDER BY number
LIMIT 1000

-- name: save_policy
-- Keeps a policy under its version, once.
INSERT INTO policy_version (version, document) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING

-- name: policy
-- Gives the policy with a version.
SELECT document FROM policy_version WHERE version = $1

-- name: first_run
-- Gives the run with which a case began.
SELECT run_id FROM case_run WHERE number = $1

-- name: note_run
-- Notes the run with which a case began, unless one is noted.
INSERT INTO case_run (number, run_id) VALUES ($1, $2) ON CONFLICT (number) DO NOTHING
