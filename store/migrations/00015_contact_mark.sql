-- +goose Up
-- Up to where contact information was looked at: what imports up to this run brought, and what was matched up to this time.
CREATE TABLE contact_mark (
  only_one BIGINT PRIMARY KEY CHECK (only_one = 1),
  run_id   TEXT NOT NULL,
  at       BIGINT NOT NULL
);
INSERT INTO contact_mark (only_one, run_id, at) SELECT 1, coalesce(max(id), ''), coalesce(max(started_at), 0) FROM run WHERE kind = 'import' AND state = 'done';
