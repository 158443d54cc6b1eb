-- Messages that wait until the customer collects them under the number; `body` is sealed.
CREATE TABLE outbox (
    key text PRIMARY KEY,
    number bigint NOT NULL,
    purpose text NOT NULL,
    body json NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    collected_at timestamptz
);
CREATE INDEX outbox_number ON outbox (number, stored_at);
GRANT SELECT, INSERT, UPDATE (collected_at) ON outbox TO redress_app;

-- Parcels sent again, at most one per key.
CREATE TABLE resend_ledger (
    key text PRIMARY KEY,
    order_ref text NOT NULL,
    item text NOT NULL,
    quantity bigint NOT NULL,
    reference text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT resend_ledger_quantity_positive CHECK (quantity > 0)
);
GRANT SELECT, INSERT ON resend_ledger TO redress_app;
