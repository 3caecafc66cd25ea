-- +goose Up
CREATE TABLE run (
  id         TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('running','done','partial','failed','cancelled')),
  actor      TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at   BIGINT,
  api_calls  BIGINT NOT NULL,
  summary    TEXT NOT NULL,
  error_code TEXT NOT NULL,
  error_text TEXT NOT NULL
);
CREATE INDEX run_kind ON run (kind, id);
CREATE INDEX run_state ON run (kind, state, id);

CREATE TABLE run_object (
  run_id    TEXT NOT NULL REFERENCES run (id),
  object    TEXT NOT NULL,
  state     TEXT NOT NULL CHECK (state IN ('running','done','failed')),
  fetched   BIGINT NOT NULL,
  inserted  BIGINT NOT NULL,
  updated   BIGINT NOT NULL,
  deleted   BIGINT NOT NULL,
  unchanged BIGINT NOT NULL,
  pages     BIGINT NOT NULL,
  api_calls BIGINT NOT NULL,
  took_ms   BIGINT NOT NULL,
  error_code TEXT NOT NULL,
  error_text TEXT NOT NULL,
  PRIMARY KEY (run_id, object)
);

CREATE TABLE import_state (
  object    TEXT PRIMARY KEY,
  watermark BIGINT,
  full_at   BIGINT,
  after_at  BIGINT,
  until_at  BIGINT,
  is_full   BIGINT NOT NULL,
  cursor    TEXT NOT NULL,
  fields    TEXT NOT NULL,
  run_id    TEXT NOT NULL
);

CREATE TABLE job (
  kind       TEXT PRIMARY KEY,
  every_ms   BIGINT NOT NULL,
  run_at     BIGINT NOT NULL,
  is_paused  BIGINT NOT NULL,
  request    TEXT NOT NULL,
  asked_by   TEXT NOT NULL,
  attempt    BIGINT NOT NULL,
  owner      TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  fence      BIGINT NOT NULL,
  last_run   TEXT NOT NULL
);

CREATE TABLE audit (
  id        TEXT PRIMARY KEY,
  at        BIGINT NOT NULL,
  actor     TEXT NOT NULL,
  role      TEXT NOT NULL,
  via       TEXT NOT NULL,
  act       TEXT NOT NULL,
  subject   TEXT NOT NULL,
  before    TEXT NOT NULL,
  after     TEXT NOT NULL,
  undoes    TEXT,
  undone_by TEXT
);
CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_subject ON audit (subject, id);

CREATE TABLE console_user (
  name       TEXT PRIMARY KEY,
  os_user    TEXT UNIQUE,
  email      TEXT UNIQUE,
  role       TEXT NOT NULL CHECK (role IN ('admin','tester','support','member')),
  seat_id    TEXT REFERENCES seat (id),
  public_key TEXT,
  added_at   BIGINT NOT NULL
);

CREATE TABLE daily (
  day  TEXT NOT NULL,
  name TEXT NOT NULL,
  n    BIGINT NOT NULL,
  PRIMARY KEY (name, day)
);
