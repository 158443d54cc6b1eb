-- What people pay back by hand is counted, orders have one spelling, and approval cannot be missing.

-- An order that was spelled in two ways had two balances, and so could be paid back twice. The
-- greater payment of the two stands, with everything that was paid back of either.
WITH spelled AS (
    SELECT order_ref AS old, upper(btrim(normalize(order_ref, NFKC))) AS order_ref
    FROM order_balance
), apart AS (
    DELETE FROM order_balance
    WHERE order_ref IN (
        SELECT old FROM spelled
        WHERE order_ref IN (SELECT order_ref FROM spelled WHERE old <> order_ref)
    )
    RETURNING *
)
INSERT INTO order_balance (order_ref, currency, paid_minor, refunded_minor, entered_at)
SELECT
    upper(btrim(normalize(order_ref, NFKC))),
    (array_agg(currency ORDER BY entered_at, order_ref))[1],
    max(paid_minor),
    least(max(paid_minor), sum(refunded_minor)),
    min(entered_at)
FROM apart
GROUP BY 1;

UPDATE remedy_ledger SET order_ref = upper(btrim(normalize(order_ref, NFKC)))
WHERE order_ref <> upper(btrim(normalize(order_ref, NFKC)));

-- An older worker that still enters another spelling fails, and a newer one takes its step.
ALTER TABLE order_balance
ADD CONSTRAINT order_balance_one_spelling
CHECK (order_ref = upper(btrim(normalize(order_ref, NFKC)))) NOT VALID;

-- `paid_by_hand` has been paid already: it is a kind of its own, lest somebody who works from the
-- ledger pay it again. `by_hand` is the reference of whoever paid.
ALTER TABLE remedy_ledger
ADD COLUMN by_hand text,
ADD COLUMN needs_approval boolean NOT NULL DEFAULT false;

-- The list of kinds grows; a longer one takes its place at once.
-- squawk-ignore ban-drop-constraint
ALTER TABLE remedy_ledger DROP CONSTRAINT remedy_ledger_kind_known;

-- What was entered before is not looked at again.
ALTER TABLE remedy_ledger
ADD CONSTRAINT remedy_ledger_kind_known CHECK (kind IN (
    'repair', 'exchange', 'resend', 'refund', 'partial_refund', 'coupon', 'gift', 'paid_by_hand'
)) NOT VALID,
ADD CONSTRAINT remedy_ledger_by_hand_amount CHECK (
    kind <> 'paid_by_hand' OR amount_minor IS NOT NULL
) NOT VALID,
ADD CONSTRAINT remedy_ledger_by_hand_named CHECK (
    (kind = 'paid_by_hand') = (by_hand IS NOT NULL)
) NOT VALID,
ADD CONSTRAINT remedy_ledger_approved_by_another_person CHECK (
    approved_by IS NULL OR lower(approved_by) <> lower(requested_by)
) NOT VALID,
ADD CONSTRAINT remedy_ledger_approved_if_needed CHECK (
    NOT needs_approval OR approved_by IS NOT NULL
) NOT VALID;

-- What people paid has moved already: it uses up what was paid for the order, as far as that goes,
-- and no refund finds room beside it. Where nothing is known yet it counts as soon as that is.
CREATE OR REPLACE FUNCTION charge_refund() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NEW.kind = 'paid_by_hand' THEN
        -- Nobody enters meanwhile what was paid for the order without seeing this row.
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.order_ref, 0));
        UPDATE order_balance
        SET refunded_minor = least(paid_minor, refunded_minor + NEW.amount_minor)
        WHERE order_ref = NEW.order_ref AND currency = NEW.currency;
        RETURN NULL;
    END IF;
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

CREATE FUNCTION count_paid_by_hand() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.order_ref, 0));
    SELECT least(NEW.paid_minor, coalesce(sum(amount_minor), 0)) INTO NEW.refunded_minor
    FROM remedy_ledger
    WHERE order_ref = NEW.order_ref AND currency = NEW.currency AND kind = 'paid_by_hand';
    RETURN NEW;
END
$$;

DO $$
BEGIN
    -- Without this a temporary table of the same name would be looked into instead.
    EXECUTE format('ALTER FUNCTION charge_refund() SET search_path = %I, pg_temp', current_schema());
    EXECUTE format(
        'ALTER FUNCTION count_paid_by_hand() SET search_path = %I, pg_temp', current_schema()
    );
END
$$;

DROP TRIGGER remedy_ledger_charge_refund ON remedy_ledger;
CREATE TRIGGER remedy_ledger_charge_refund AFTER INSERT ON remedy_ledger
FOR EACH ROW WHEN (new.kind IN ('refund', 'partial_refund', 'paid_by_hand'))
EXECUTE FUNCTION charge_refund();

CREATE TRIGGER order_balance_count_paid_by_hand BEFORE INSERT ON order_balance
FOR EACH ROW EXECUTE FUNCTION count_paid_by_hand();
