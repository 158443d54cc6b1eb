-- One data key per complaint, wrapped by the key-encryption key, which is never stored here.
CREATE TABLE vault_key (
    complaint_id uuid PRIMARY KEY,
    wrapped_key bytea,
    kek_id text NOT NULL,
    -- Keyed references to the person (contacts, member number), by which erasure finds the keys.
    person_ref bytea[],
    created_at timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    CONSTRAINT vault_key_destroyed CHECK ((wrapped_key IS NULL) = (destroyed_at IS NOT NULL))
);
GRANT SELECT, INSERT ON vault_key TO redress_app;
-- A key can be destroyed, and nothing else about it can change.
GRANT UPDATE (wrapped_key, destroyed_at) ON vault_key TO redress_app;

-- Who opened which sealed fields, and why.
CREATE TABLE vault_opening (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    opened_by text NOT NULL,
    complaint_id uuid NOT NULL REFERENCES vault_key,
    fields text[] NOT NULL,
    purpose text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX vault_opening_complaint ON vault_opening (complaint_id);
GRANT SELECT, INSERT ON vault_opening TO redress_app;
