-- Every policy under which a complaint was ever handled; `version` is its hash.
CREATE TABLE policy_version (
    version text PRIMARY KEY,
    document json NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT ON policy_version TO redress_app;

-- A counter row instead of a sequence: what rolls back leaves no gap.
CREATE TABLE register_counter (
    only_row boolean PRIMARY KEY DEFAULT true,
    last_number bigint NOT NULL DEFAULT 0,
    CONSTRAINT register_counter_one_row CHECK (only_row),
    CONSTRAINT register_counter_counts CHECK (last_number >= 0)
);
INSERT INTO register_counter DEFAULT VALUES;
GRANT SELECT, UPDATE (last_number) ON register_counter TO redress_app;

-- Every complaint accepted, without gaps; the answer to "is anything missing?".
-- `json` keeps the very text and takes an escaped NUL, which `jsonb` refuses.
CREATE TABLE register (
    number bigint PRIMARY KEY,
    complaint_id uuid NOT NULL UNIQUE REFERENCES vault_key,
    source text NOT NULL,
    source_key text NOT NULL,
    request_hash text NOT NULL,
    opening json NOT NULL,
    policy_version text NOT NULL REFERENCES policy_version,
    received_at timestamptz NOT NULL,
    accepted_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT register_number_positive CHECK (number > 0),
    CONSTRAINT register_source UNIQUE (source, source_key)
);
GRANT SELECT, INSERT ON register TO redress_app;

-- What is accepted and not known to be started; a row goes when its workflow runs.
CREATE TABLE dispatch_queue (
    number bigint PRIMARY KEY REFERENCES register,
    attempts bigint NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    last_error text
);
CREATE INDEX dispatch_queue_due ON dispatch_queue (next_attempt_at, number);
GRANT SELECT, INSERT, UPDATE, DELETE ON dispatch_queue TO redress_app;
