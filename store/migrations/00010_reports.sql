-- +goose Up
-- What a seat's holder is told about what is saved for them (S6).
CREATE TABLE alert (
  id             TEXT PRIMARY KEY,
  seat_id        TEXT NOT NULL REFERENCES seat (id),
  kind           TEXT NOT NULL CHECK (kind IN ('saved','stage','amount','close_date','owner','account_owner')),
  account_id     TEXT NOT NULL,
  opportunity_id TEXT NOT NULL,
  save_id        TEXT NOT NULL,
  before         TEXT NOT NULL,
  after          TEXT NOT NULL,
  currency       TEXT NOT NULL,
  run_id         TEXT NOT NULL,
  at             BIGINT NOT NULL,
  read_at        BIGINT
);
CREATE INDEX alert_seat ON alert (seat_id, id);
CREATE INDEX alert_unread ON alert (seat_id, id) WHERE read_at IS NULL;

-- What saved accounts and their opportunities were like when alerts were last made. An amount of NULL is not
-- known, so that it cannot be compared yet.
CREATE TABLE alert_watch (
  record_id  TEXT PRIMARY KEY,
  owner_id   TEXT NOT NULL,
  stage      TEXT NOT NULL,
  amount     TEXT,
  close_date TEXT NOT NULL
);

-- Up to which import run changes were looked at.
CREATE TABLE alert_mark (
  only_one BIGINT PRIMARY KEY CHECK (only_one = 1),
  run_id   TEXT NOT NULL
);

-- Saves from before there were alerts are watched from now on; their amounts from the next change on.
INSERT INTO alert_watch (record_id, owner_id, stage, amount, close_date)
  SELECT id, coalesce(owner_id, ''), '', NULL, '' FROM crm_account
  WHERE id IN (SELECT record_id FROM save WHERE object = 'Account' AND removed_at IS NULL);
INSERT INTO alert_watch (record_id, owner_id, stage, amount, close_date)
  SELECT id, coalesce(owner_id, ''), coalesce(stage_name, ''), NULL, coalesce(close_date, '') FROM crm_opportunity
  WHERE is_deleted = 0 AND account_id IN (SELECT record_id FROM save WHERE object = 'Account' AND removed_at IS NULL);
INSERT INTO alert_mark (only_one, run_id) SELECT 1, coalesce(max(id), '') FROM run;

-- Opportunities by the day they close, for reports of a period.
CREATE INDEX crm_opportunity_close ON crm_opportunity (close_date, id) WHERE is_deleted = 0;
