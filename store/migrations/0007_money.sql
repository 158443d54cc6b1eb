-- What was paid for an order, and how much of that was paid back. The application enters what was
-- paid; only the trigger below counts refunds, so that nobody can make room for another one.
CREATE TABLE order_balance (
    order_ref text PRIMARY KEY,
    currency text NOT NULL,
    paid_minor bigint NOT NULL,
    refunded_minor bigint NOT NULL DEFAULT 0,
    entered_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT order_balance_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT order_balance_within_paid CHECK (refunded_minor BETWEEN 0 AND paid_minor)
);
GRANT SELECT, INSERT (order_ref, currency, paid_minor) ON order_balance TO redress_app;

-- Remedies of money and things, at most one per key. Whoever pays, packs or repairs works from it.
CREATE TABLE remedy_ledger (
    key text PRIMARY KEY,
    number bigint NOT NULL,
    kind text NOT NULL,
    order_ref text NOT NULL,
    item text,
    quantity bigint NOT NULL,
    amount_minor bigint,
    currency text,
    requested_by text,
    approved_by text,
    reference text NOT NULL UNIQUE,
    entered_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT remedy_ledger_key_kind UNIQUE (key, kind),
    CONSTRAINT remedy_ledger_kind_known CHECK (kind IN (
        'repair', 'exchange', 'resend', 'refund', 'partial_refund', 'coupon', 'gift'
    )),
    CONSTRAINT remedy_ledger_quantity_positive CHECK (quantity > 0),
    CONSTRAINT remedy_ledger_amount_positive CHECK (amount_minor > 0),
    CONSTRAINT remedy_ledger_amount_whole CHECK ((amount_minor IS NULL) = (currency IS NULL)),
    CONSTRAINT remedy_ledger_refund_amount CHECK (
        kind NOT IN ('refund', 'partial_refund') OR amount_minor IS NOT NULL
    ),
    CONSTRAINT remedy_ledger_resend_item CHECK (kind <> 'resend' OR item IS NOT NULL),
    CONSTRAINT remedy_ledger_approved_by_another CHECK (
        approved_by IS NULL OR (requested_by IS NOT NULL AND approved_by <> requested_by)
    )
);
CREATE INDEX remedy_ledger_order ON remedy_ledger (order_ref);
GRANT SELECT, INSERT ON remedy_ledger TO redress_app;

-- A refund is entered only with its order charged. The update locks the row of the order until the
-- end of the transaction, so that refunds of one order are counted one after the other.
CREATE FUNCTION charge_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE order_balance SET refunded_minor = refunded_minor + NEW.amount_minor
    WHERE order_ref = NEW.order_ref AND currency = NEW.currency;
    IF NOT FOUND THEN
        RAISE check_violation USING
            MESSAGE = 'what was paid for this order in this currency is not known',
            CONSTRAINT = 'remedy_ledger_paid_known';
    END IF;
    RETURN NULL;
END
$$;

DO $$
BEGIN
    -- Without this a temporary table named order_balance would be charged instead.
    EXECUTE format('ALTER FUNCTION charge_refund() SET search_path = %I, pg_temp', current_schema());
END
$$;

CREATE TRIGGER remedy_ledger_charge_refund AFTER INSERT ON remedy_ledger
FOR EACH ROW WHEN (new.kind IN ('refund', 'partial_refund'))
EXECUTE FUNCTION charge_refund();

-- Remedies that were taken back: an entry of its own, because entries are never changed.
CREATE TABLE remedy_reversal (
    key text PRIMARY KEY,
    kind text NOT NULL,
    reference text NOT NULL UNIQUE,
    entered_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT remedy_reversal_kind_reversible CHECK (kind IN ('repair', 'exchange', 'coupon')),
    CONSTRAINT remedy_reversal_of_remedy FOREIGN KEY (key, kind)
    REFERENCES remedy_ledger (key, kind)
);
GRANT SELECT, INSERT ON remedy_reversal TO redress_app;

-- Parcels entered so far go over, and no older worker enters one where nobody looks any more: it
-- fails, and a newer one takes the step. The old table stays as it is.
LOCK TABLE resend_ledger IN SHARE ROW EXCLUSIVE MODE;
REVOKE INSERT ON resend_ledger FROM redress_app;
INSERT INTO remedy_ledger (key, number, kind, order_ref, item, quantity, reference, entered_at)
SELECT
    key,
    CASE WHEN key ~ '^[0-9]{1,18}:' THEN split_part(key, ':', 1)::bigint ELSE 0 END,
    'resend',
    order_ref,
    item,
    quantity,
    reference,
    created_at
FROM resend_ledger;
