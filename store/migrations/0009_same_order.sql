-- Complaints about the same order, and those with suggestions, are found by columns: a document may
-- hold what PostgreSQL's `text` refuses, and is therefore never looked into for this.
ALTER TABLE case_view
ADD COLUMN order_ref text,
ADD COLUMN suggestions bigint NOT NULL DEFAULT 0;

UPDATE case_view SET order_ref = document ->> 'order'
WHERE position('\u0000' IN document::text) = 0;

-- A migration is one transaction, in which no index can be built concurrently; cases write to this
-- table late and try again.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX case_view_order ON case_view (order_ref, number);
