-- +goose Up
-- How far the work under way is, for processes that do not do it themselves. It holds only for the lease (fence) it was
-- written under.
CREATE TABLE progress (
  kind     TEXT PRIMARY KEY,
  fence    BIGINT NOT NULL,
  run_id   TEXT NOT NULL,
  work     TEXT NOT NULL,
  object   TEXT NOT NULL,
  step     TEXT NOT NULL,
  done     BIGINT NOT NULL,
  total    BIGINT NOT NULL,
  since_at BIGINT NOT NULL,
  at       BIGINT NOT NULL
);
