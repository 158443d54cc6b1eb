-- What happened to every complaint. `envelope` is the whole truth, the other columns serve queries.
-- `json` keeps the very text and takes an escaped NUL, which `jsonb` and `text` refuse: one odd
-- message must not stop the journal of its complaint. The hash covers the envelope; `written_at`
-- is the database's own time and stays outside of it.
CREATE TABLE journal (
    complaint bigint NOT NULL,
    seq bigint NOT NULL,
    cycle bigint NOT NULL,
    kind text NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    envelope json NOT NULL,
    hash text NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (complaint, seq),
    CONSTRAINT journal_seq_positive CHECK (seq > 0)
);
GRANT SELECT, INSERT ON journal TO redress_app;

-- The last events of a complaint as long as the task that decided them may still be lost: then
-- they are decided anew, and these rows are replaced. Once settled, they move to the journal.
CREATE TABLE journal_tail (
    complaint bigint NOT NULL,
    seq bigint NOT NULL,
    envelope json NOT NULL,
    PRIMARY KEY (complaint, seq)
);
GRANT SELECT, INSERT, DELETE ON journal_tail TO redress_app;

-- When the latest attempt to write a complaint's events began: one that comes late changes nothing.
CREATE TABLE journal_attempt (
    complaint bigint PRIMARY KEY,
    began_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON journal_attempt TO redress_app;

-- Commands to complaints whose run has ended: the journal is complete, so they are kept here.
CREATE TABLE late_refusal (
    number bigint NOT NULL,
    command_id text NOT NULL,
    command text NOT NULL,
    actor json NOT NULL,
    code text NOT NULL,
    received_at timestamptz,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (number, command_id)
);
GRANT SELECT, INSERT ON late_refusal TO redress_app;
