-- name: enter_remedy
-- Enters a remedy under its key, once; a refund charges its order in the same transaction.
INSERT INTO remedy_ledger (
    key, number, order_ref, kind, item, quantity,
    amount_minor, currency, requested_by, approved_by, reference
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT DO NOTHING

-- name: remedy
-- Gives the remedy with a key.
SELECT
    key, number, order_ref, kind, item, quantity,
    amount_minor, currency, requested_by, approved_by, reference
FROM remedy_ledger
WHERE key = $1

-- name: enter_reversal
-- Enters that a remedy was taken back, once.
INSERT INTO remedy_reversal (key, kind, reference) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING

-- name: enter_paid
-- Enters what was paid for an order, once.
INSERT INTO order_balance (order_ref, currency, paid_minor) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING

-- name: paid
-- Gives what was paid for an order.
SELECT paid_minor, currency FROM order_balance WHERE order_ref = $1
