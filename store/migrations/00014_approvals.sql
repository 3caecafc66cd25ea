-- +goose Up
-- Bulk and forever acts that wait for a second admin, and what became of them. args and preview are JSON.
CREATE TABLE approval (
  id          TEXT PRIMARY KEY,
  act         TEXT NOT NULL,
  task        TEXT NOT NULL,
  args        TEXT NOT NULL,
  summary     TEXT NOT NULL,
  preview     TEXT NOT NULL,
  digest      TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('waiting','granted','running','interrupted','done','refused','withdrawn')),
  proposed_by TEXT NOT NULL,
  os_user     TEXT,
  public_key  TEXT,
  proposed_at BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  settled_by  TEXT,
  settled_at  BIGINT,
  note        TEXT NOT NULL,
  event_id    TEXT
);
CREATE INDEX approval_state ON approval (state, id);

-- The second admin of an act that needed one.
ALTER TABLE audit ADD COLUMN approved_by TEXT;
