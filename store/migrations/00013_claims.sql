-- +goose Up
-- What each record brought forward for each of its candidates in the last match run, and who got whom, so that a run that looks
-- at what changed only goes on from there. What is here already stands apart (rank 3) until the next full run.
ALTER TABLE match_candidate ADD COLUMN rank BIGINT NOT NULL DEFAULT 3;
ALTER TABLE match_candidate ADD COLUMN decided_at BIGINT;
ALTER TABLE match_candidate ADD COLUMN probability BIGINT NOT NULL DEFAULT 0;
ALTER TABLE match_candidate ADD COLUMN bits BIGINT NOT NULL DEFAULT 0;
ALTER TABLE match_candidate ADD COLUMN fields BIGINT NOT NULL DEFAULT 0;
ALTER TABLE match_candidate ADD COLUMN modified BIGINT NOT NULL DEFAULT 0;
ALTER TABLE match_candidate ADD COLUMN is_held BIGINT NOT NULL DEFAULT 0;

-- A digest of a record's claims; 0 = it has none, -1 = something other than a match run wrote the row since: the next run judges it.
ALTER TABLE match ADD COLUMN claims BIGINT NOT NULL DEFAULT 0;
CREATE INDEX match_unsettled ON match (object, record_id) WHERE claims = -1;
