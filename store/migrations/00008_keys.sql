-- +goose Up
-- Blocking keys of both sides, for runs that look at what changed only. A full match run writes them anew: a generation.
DROP TABLE record_key;
DROP TABLE member_key;

-- The generation of each side that is in force: people, companies, records of people, records of companies.
CREATE TABLE key_set (
  side        BIGINT PRIMARY KEY,
  generation  BIGINT NOT NULL,
  next_number BIGINT NOT NULL
);
-- Who has which keys: the keys one after the other, 8 bytes each.
CREATE TABLE key_owner (
  side       BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  number     BIGINT NOT NULL,
  id         TEXT NOT NULL,
  keys       BYTEA NOT NULL,
  PRIMARY KEY (side, generation, number)
);
CREATE UNIQUE INDEX key_owner_id ON key_owner (side, generation, id);
-- Which owners have a key: blocks of keys in order, each with the numbers of its owners.
CREATE TABLE key_posting (
  side       BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  first      BIGINT NOT NULL,
  entries    BYTEA NOT NULL,
  PRIMARY KEY (side, generation, first)
);
-- What was added to a generation since it was written.
CREATE TABLE key_change (
  side       BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  hash       BIGINT NOT NULL,
  number     BIGINT NOT NULL,
  PRIMARY KEY (side, generation, hash, number)
);

-- Counts of matches that follow every change, so that no run has to read all of them.
CREATE TABLE match_tally (
  object TEXT NOT NULL,
  state  TEXT NOT NULL,
  reason TEXT NOT NULL,
  n      BIGINT NOT NULL,
  score  BIGINT NOT NULL,
  digest BIGINT NOT NULL,
  PRIMARY KEY (object, state, reason)
);
-- What a match says, in one number: the sums of these show whether a run that is done again comes out the same.
ALTER TABLE match ADD COLUMN digest BIGINT NOT NULL DEFAULT 0;
INSERT INTO match_tally (object, state, reason, n, score, digest) SELECT object, state, reason, count(*), CAST(sum(score) AS BIGINT), 0 FROM match GROUP BY object, state, reason;
DROP TABLE match_count;

CREATE INDEX decision_decided ON decision (decided_at);
CREATE INDEX decision_unjudged ON decision (decided_at) WHERE ((is_judged = 0 AND ended_at IS NULL) OR (is_judged = 1 AND ended_at IS NOT NULL));

-- Up to where auto-save has looked, and by which rule: the next time it looks at what changed since.
CREATE TABLE save_mark (
  only_one BIGINT PRIMARY KEY CHECK (only_one = 1),
  run_id   TEXT NOT NULL,
  bound    TEXT NOT NULL,
  at       BIGINT NOT NULL,
  whole_at BIGINT NOT NULL,
  rule     TEXT NOT NULL
);
-- Lists of the unmatched by reason.
CREATE INDEX match_reason ON match (state, reason, record_id);
CREATE INDEX match_changed ON match (changed_at, record_id);
