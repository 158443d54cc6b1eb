-- name: put_case
-- Writes the row of a case in place of the one that stands.
INSERT INTO case_view (
    number, seq, stage, category, severity, owner, store, channel,
    received_at, next_due_at, overdue, outcome, completed, document, order_ref, suggestions
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (number) DO UPDATE SET
    seq = excluded.seq,
    stage = excluded.stage,
    category = excluded.category,
    severity = excluded.severity,
    owner = excluded.owner,
    store = excluded.store,
    channel = excluded.channel,
    received_at = excluded.received_at,
    next_due_at = excluded.next_due_at,
    overdue = excluded.overdue,
    outcome = excluded.outcome,
    completed = excluded.completed,
    document = excluded.document,
    order_ref = excluded.order_ref,
    suggestions = excluded.suggestions

-- name: put_checks
-- Makes the checks of a case exactly these; a check that stayed the same is not written again.
WITH given AS (
    SELECT $1::bigint AS number, * FROM unnest(
        $2::bigint[], $3::text[], $4::text[], $5::boolean[],
        $6::timestamptz[], $7::timestamptz[], $8::text[]
    ) AS row (check_number, department, status, required, requested_at, due_at, claimed_by)
),
gone AS (
    DELETE FROM check_view WHERE number = $1 AND NOT (check_number = ANY ($2::bigint[]))
)
INSERT INTO check_view AS standing (
    number, check_number, department, status, required, requested_at, due_at, claimed_by
)
SELECT number, check_number, department, status, required, requested_at, due_at, claimed_by
FROM given
ON CONFLICT (number, check_number) DO UPDATE SET
    department = excluded.department,
    status = excluded.status,
    required = excluded.required,
    requested_at = excluded.requested_at,
    due_at = excluded.due_at,
    claimed_by = excluded.claimed_by
WHERE (standing.*) IS DISTINCT FROM (excluded.*)

-- name: drop_notices
-- Forgets the notices of a case from a seq on, which the events are about to bring anew.
DELETE FROM notice_view WHERE number = $1 AND seq >= $2

-- name: add_notices
-- Adds notices.
INSERT INTO notice_view (number, seq, key, level, to_whom, nominal_at, late_by_seconds)
SELECT * FROM unnest(
    $1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bigint[]
)

-- name: case
-- Gives the view of one case.
SELECT document FROM case_view WHERE number = $1

-- name: cases
-- Gives the views of cases after a number; a condition that is NULL selects everything.
SELECT document FROM case_view
WHERE number > $1
    AND ($3::text IS NULL OR stage = $3)
    AND ($4::text IS NULL OR category = $4)
    AND ($5::text IS NULL OR severity = $5)
    AND ($6::text IS NULL OR owner = $6)
    AND ($7::text IS NULL OR store = $7)
    AND ($8::text IS NULL OR channel = $8)
    AND ($9::text IS NULL OR outcome = $9)
    AND ($10::boolean IS NULL OR overdue = $10)
    AND ($11::boolean IS NULL OR completed = $11)
    AND ($12::timestamptz IS NULL OR next_due_at < $12)
    AND ($13::text IS NULL OR order_ref = $13)
    AND ($14::boolean IS NULL OR (suggestions > 0) = $14)
ORDER BY number
LIMIT $2

-- name: inbox
-- Gives what a department still has to answer, the earliest due first.
SELECT
    waiting.number, check_number AS check, department, status, required, requested_at, due_at,
    claimed_by,
    document -> 'checks' -> (check_number - 1)::int -> 'evidence' -> -1 ->> 'unavailable'
        AS unavailable
FROM (
    SELECT * FROM check_view
    WHERE department = $1 AND status IN ('open', 'claimed')
    ORDER BY due_at, number, check_number
    LIMIT $2
) AS waiting
JOIN case_view ON case_view.number = waiting.number
ORDER BY due_at, waiting.number, check_number

-- name: notices
-- Gives the notices that a person was given, the newest first.
SELECT number, seq, key, level, to_whom, nominal_at, late_by_seconds
FROM notice_view
WHERE to_whom = $1
ORDER BY nominal_at DESC, number DESC, seq DESC
LIMIT $2

-- name: clear_cases
-- Empties the first of the three projections.
DELETE FROM case_view

-- name: clear_checks
-- Empties the second of the three projections.
DELETE FROM check_view

-- name: clear_notices
-- Empties the third of the three projections.
DELETE FROM notice_view

-- name: rows_digest
-- Gives one hash over every row of the projections, in the order of their keys.
WITH hashed AS (
    SELECT 1 AS place, number, 0 AS part, sha256(convert_to(case_view::text, 'UTF8')) AS hash
    FROM case_view
    UNION ALL
    SELECT 2, number, check_number, sha256(convert_to(check_view::text, 'UTF8')) FROM check_view
    UNION ALL
    SELECT 3, number, seq, sha256(convert_to(notice_view::text, 'UTF8')) FROM notice_view
)
SELECT encode(sha256(coalesce(string_agg(hash, ''::bytea ORDER BY place, number, part), '')), 'hex')
FROM hashed
