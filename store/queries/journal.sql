-- name: append_envelopes
-- Adds a batch; what is there already under the same complaint and seq stays as it is.
INSERT INTO journal (complaint, seq, cycle, kind, occurred_at, recorded_at, envelope, hash)
SELECT * FROM unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::text[],
    $5::timestamptz[], $6::timestamptz[], $7::json[], $8::text[]
)
ON CONFLICT (complaint, seq) DO NOTHING

-- name: hashes_between
-- Gives the hashes of a complaint's events with a seq between two, both included.
SELECT seq, hash FROM journal WHERE complaint = $1 AND seq BETWEEN $2 AND $3

-- name: read_journal
-- Gives the events of one complaint after a seq, in order.
SELECT envelope FROM journal WHERE complaint = $1 AND seq > $2 ORDER BY seq

-- name: stream_journal
-- Gives the events of all complaints, complaint by complaint.
SELECT envelope FROM journal ORDER BY complaint, seq

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
