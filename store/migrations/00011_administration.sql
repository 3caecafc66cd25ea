-- +goose Up
-- When a seat's licence was taken away; NULL = it has one.
ALTER TABLE seat ADD COLUMN unlicensed_at BIGINT;

-- Seats that cannot write back, why, and since when it was noticed.
CREATE TABLE seat_loss (
  seat_id TEXT PRIMARY KEY REFERENCES seat (id),
  reason  TEXT NOT NULL,
  since   BIGINT NOT NULL
);

-- On what ground a file of the network was read: the consent or the contract it rests on, in somebody's words.
ALTER TABLE source ADD COLUMN consent TEXT NOT NULL DEFAULT '';
CREATE INDEX person_source ON person (source_id);
CREATE INDEX company_source ON company (source_id);
CREATE INDEX activity_source ON activity (source_id);

-- People that were erased: keyed digests of what would bring them back, and nothing else of them.
CREATE TABLE erased (
  digest    TEXT PRIMARY KEY,
  erased_at BIGINT NOT NULL
);
