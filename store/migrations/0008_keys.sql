-- The public keys of our doors. A key is never changed and never removed, because cases name it; it
-- can only be retired, and then no new case trusts it.
CREATE TABLE door_key (
    id text PRIMARY KEY,
    public_key text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz
);
GRANT SELECT, INSERT ON door_key TO redress_app;
GRANT UPDATE (retired_at) ON door_key TO redress_app;
