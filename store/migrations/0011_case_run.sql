-- The run with which each case began, once it was found to be as a door starts one. No other life
-- of the same case gets anything done.
CREATE TABLE case_run (
    number bigint PRIMARY KEY REFERENCES register,
    run_id text NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT ON case_run TO redress_app;
