-- Complaints about the same order are found with each look at a case. A migration is one transaction,
-- in which no index can be built concurrently; cases write to this table late and try again.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX case_view_order ON case_view ((document ->> 'order'), number);
