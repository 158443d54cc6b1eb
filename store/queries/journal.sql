-- name: append_envelopes
-- Adds a batch; what is there already under the same complaint and seq stays as it is.
INSERT INTO journal (complaint, seq, cycle, kind, occurred_at, recorded_at, envelope, hash)
SELECT * FROM unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::text[],
    $5::timestamptz[], $6::timestamptz[], $7::json[], $8::text[]
)
ON CONFLICT (complaint, seq) DO NOTHING

-- name: begin_attempt
-- Notes that an attempt began, unless a later one did; says whether this is the latest.
INSERT INTO journal_attempt (complaint, began_at) VALUES ($1, $2)
ON CONFLICT (complaint) DO UPDATE SET began_at = excluded.began_at
WHERE journal_attempt.began_at <= excluded.began_at
RETURNING true

-- name: settled_seq
-- Gives the seq of the last event in a complaint's journal.
SELECT coalesce(max(seq), 0) FROM journal WHERE complaint = $1

-- name: clear_tail
-- Forgets the events of a complaint that were not settled.
DELETE FROM journal_tail WHERE complaint = $1

-- name: put_tail
-- Keeps events that are not settled yet.
INSERT INTO journal_tail (complaint, seq, envelope)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::json[])

-- name: hashes_between
-- Gives the hashes of a complaint's events with a seq between two, both included.
SELECT seq, hash FROM journal WHERE complaint = $1 AND seq BETWEEN $2 AND $3

-- name: read_journal
-- Gives the events of one complaint after a seq, in order, with those not settled yet.
SELECT envelope FROM (
    SELECT seq, envelope FROM journal WHERE complaint = $1
    UNION ALL
    SELECT seq, envelope FROM journal_tail WHERE complaint = $1
) AS event
WHERE seq > $2
ORDER BY seq

-- name: stream_journal
-- Gives the events of all complaints, complaint by complaint, with those not settled yet.
SELECT envelope FROM (
    SELECT complaint, seq, envelope FROM journal
    UNION ALL
    SELECT complaint, seq, envelope FROM journal_tail
) AS event
ORDER BY complaint, seq

-- name: record_late_refusal
-- Keeps the refusal of a command to a completed case, once per command.
INSERT INTO late_refusal (number, command_id, command, actor, code, received_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (number, command_id) DO NOTHING

-- name: late_refusals
-- Gives the refusals that a completed case met, the oldest first.
SELECT number, command_id, command, actor, code, received_at
FROM late_refusal
WHERE number = $1
ORDER BY recorded_at, command_id
