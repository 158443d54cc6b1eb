-- Projections of the journal: dropped and rebuilt at any time, with identical rows.

-- One row per case: columns to select by, and the whole view as a document.
CREATE TABLE case_view (
    number bigint PRIMARY KEY,
    seq bigint NOT NULL,
    stage text NOT NULL,
    category text NOT NULL,
    severity text NOT NULL,
    owner text NOT NULL,
    store text,
    channel text NOT NULL,
    received_at timestamptz NOT NULL,
    next_due_at timestamptz,
    overdue boolean NOT NULL,
    outcome text,
    completed boolean NOT NULL,
    document json NOT NULL
);
CREATE INDEX case_view_stage ON case_view (stage, number) WHERE NOT completed;
CREATE INDEX case_view_owner ON case_view (owner, number) WHERE NOT completed;
CREATE INDEX case_view_due ON case_view (next_due_at) WHERE NOT completed;
GRANT SELECT, INSERT, UPDATE, DELETE ON case_view TO redress_app;

-- One row per check, for the inboxes of departments.
CREATE TABLE check_view (
    number bigint NOT NULL,
    check_number bigint NOT NULL,
    department text NOT NULL,
    status text NOT NULL,
    required boolean NOT NULL,
    requested_at timestamptz NOT NULL,
    due_at timestamptz,
    claimed_by text,
    PRIMARY KEY (number, check_number)
);
CREATE INDEX check_view_inbox ON check_view (department, due_at, number)
WHERE status IN ('open', 'claimed');
GRANT SELECT, INSERT, UPDATE, DELETE ON check_view TO redress_app;

-- One row per notice, for the person, department or role that it is for.
CREATE TABLE notice_view (
    number bigint NOT NULL,
    seq bigint NOT NULL,
    key text NOT NULL,
    level text NOT NULL,
    to_whom text NOT NULL,
    nominal_at timestamptz NOT NULL,
    late_by_seconds bigint NOT NULL,
    PRIMARY KEY (number, seq)
);
CREATE INDEX notice_view_to_whom ON notice_view (to_whom, nominal_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON notice_view TO redress_app;
