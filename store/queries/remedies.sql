-- name: enter_remedy
-- Enters a remedy under its key, once; a refund charges its order in the same transaction.
INSERT INTO remedy_ledger (
    key, number, order_ref, kind, item, quantity,
    amount_minor, currency, requested_by, approved_by, reference, by_hand, needs_approval
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT DO NOTHING

-- name: remedy
-- Gives the remedy with a key.
SELECT
    key, number, order_ref, kind, item, quantity,
    amount_minor, currency, requested_by, approved_by, reference, by_hand
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

-- name: paid_back
-- Gives what was paid for an order in a currency, and all that was paid back, also by hand.
SELECT
    balance.paid_minor,
    coalesce(sum(remedy.amount_minor), 0) AS paid_back
FROM order_balance AS balance
LEFT JOIN remedy_ledger AS remedy
    ON
        balance.order_ref = remedy.order_ref AND balance.currency = remedy.currency
        AND remedy.kind IN ('refund', 'partial_refund', 'paid_by_hand')
WHERE balance.order_ref = $1 AND balance.currency = $2
GROUP BY balance.order_ref
