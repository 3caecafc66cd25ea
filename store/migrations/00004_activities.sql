-- +goose Up
CREATE TABLE activity (
  id          TEXT PRIMARY KEY,
  ident       TEXT NOT NULL UNIQUE,
  kind        TEXT NOT NULL CHECK (kind IN ('inmail','message','note','call','pointdrive')),
  seat_id     TEXT NOT NULL REFERENCES seat (id),
  person_id   TEXT REFERENCES person (id),
  company_id  TEXT REFERENCES company (id),
  occurred_at BIGINT NOT NULL,
  duration_ms BIGINT NOT NULL,
  subject     BYTEA NOT NULL,
  body        BYTEA NOT NULL,
  conversation TEXT NOT NULL,
  source_id   TEXT REFERENCES source (id),
  added_at    BIGINT NOT NULL,
  released_at BIGINT,
  held_by     TEXT,
  CHECK ((person_id IS NULL) <> (company_id IS NULL)),
  CHECK (kind = 'note' OR person_id IS NOT NULL)
);
CREATE INDEX activity_seat ON activity (seat_id, occurred_at, id);
CREATE INDEX activity_person ON activity (person_id, occurred_at, id);
CREATE INDEX activity_company ON activity (company_id, occurred_at, id);
CREATE INDEX activity_all ON activity (occurred_at, id);

CREATE TABLE opt_in (
  seat_id TEXT NOT NULL REFERENCES seat (id),
  kind    TEXT NOT NULL CHECK (kind IN ('inmail','message','note','call','pointdrive')),
  since   BIGINT NOT NULL,
  PRIMARY KEY (seat_id, kind)
);

CREATE TABLE outbox (
  activity_id TEXT PRIMARY KEY REFERENCES activity (id),
  seat_id     TEXT NOT NULL REFERENCES seat (id),
  state       TEXT NOT NULL CHECK (state IN ('held','queued','sending','written','unassigned','failed','doubtful','dropped')),
  hold        TEXT NOT NULL,
  attempts    BIGINT NOT NULL,
  queued_at   BIGINT,
  next_at     BIGINT,
  sent_at     BIGINT,
  ended_at    BIGINT,
  batch_id    TEXT NOT NULL,
  object      TEXT NOT NULL,
  record_id   TEXT NOT NULL,
  owner_id    TEXT NOT NULL,
  request     BYTEA,
  salesforce_id TEXT,
  verified_at BIGINT,
  verify_note TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  run_id      TEXT NOT NULL,
  version     BIGINT NOT NULL,
  error_code  TEXT NOT NULL,
  error_text  TEXT NOT NULL,
  changed_at  BIGINT NOT NULL,
  CHECK (state NOT IN ('written','unassigned') OR salesforce_id IS NOT NULL),
  CHECK (state NOT IN ('sending','doubtful') OR sent_at IS NOT NULL)
);
CREATE INDEX outbox_queue ON outbox (state, next_at, activity_id);
CREATE INDEX outbox_hold ON outbox (state, hold, activity_id);
CREATE INDEX outbox_list ON outbox (state, changed_at, activity_id);
CREATE INDEX outbox_state ON outbox (state, activity_id);
CREATE INDEX outbox_seat ON outbox (seat_id, changed_at, activity_id);
CREATE INDEX outbox_all ON outbox (changed_at, activity_id);
CREATE UNIQUE INDEX outbox_salesforce ON outbox (salesforce_id);
-- What Salesforce has said yes to and nobody has read back yet; short at all times.
CREATE INDEX outbox_unverified ON outbox (activity_id) WHERE salesforce_id IS NOT NULL AND verified_at IS NULL;

CREATE TABLE outbox_count (
  state TEXT PRIMARY KEY,
  n     BIGINT NOT NULL
);
