-- +goose Up
-- One row for each CRM record that was looked at. S3: a Lead or Contact has a person, an Account a company.
-- S19: among live matches a person or company stands once.
CREATE TABLE match (
  record_id   TEXT PRIMARY KEY,
  object      TEXT NOT NULL CHECK (object IN ('Lead','Contact','Account')),
  state       TEXT NOT NULL CHECK (state IN ('auto','review','accepted','overridden','rejected','none')),
  reason      TEXT NOT NULL,
  person_id   TEXT REFERENCES person (id),
  company_id  TEXT REFERENCES company (id),
  score       BIGINT NOT NULL CHECK (score BETWEEN 0 AND 1000000),
  bits        BIGINT NOT NULL,
  null_score  BIGINT NOT NULL,
  runner_up_id    TEXT,
  runner_up_score BIGINT NOT NULL,
  duplicate_of    TEXT,
  is_stale    BIGINT NOT NULL,
  evidence    BYTEA,
  candidates  BYTEA,
  model_id    TEXT NOT NULL,
  run_id      TEXT NOT NULL,
  decided_by  TEXT NOT NULL,
  changed_at  BIGINT NOT NULL,
  version     BIGINT NOT NULL,
  CHECK (object <> 'Account' OR person_id IS NULL),
  CHECK (object = 'Account' OR company_id IS NULL),
  CHECK (state NOT IN ('auto','review','accepted','overridden') OR person_id IS NOT NULL OR company_id IS NOT NULL)
);
CREATE UNIQUE INDEX match_live_person ON match (person_id) WHERE state IN ('auto','accepted','overridden');
CREATE UNIQUE INDEX match_live_company ON match (company_id) WHERE state IN ('auto','accepted','overridden');
CREATE INDEX match_person ON match (person_id);
CREATE INDEX match_company ON match (company_id);
CREATE INDEX match_object ON match (object, record_id);
CREATE INDEX match_queue ON match (object, state, score DESC, record_id);
CREATE INDEX match_state ON match (state, score DESC, record_id);

-- Blocking keys of both sides, for runs that look at what changed only.
CREATE TABLE record_key (
  hash      BIGINT NOT NULL,
  record_id TEXT NOT NULL,
  PRIMARY KEY (hash, record_id)
);
CREATE INDEX record_key_record ON record_key (record_id);
CREATE TABLE member_key (
  hash      BIGINT NOT NULL,
  member_id TEXT NOT NULL,
  PRIMARY KEY (hash, member_id)
);
CREATE INDEX member_key_member ON member_key (member_id);

CREATE TABLE match_count (
  object TEXT NOT NULL,
  state  TEXT NOT NULL,
  n      BIGINT NOT NULL,
  PRIMARY KEY (object, state)
);

CREATE TABLE decision (
  id         TEXT PRIMARY KEY,
  record_id  TEXT NOT NULL,
  member_id  TEXT,
  verdict    TEXT NOT NULL CHECK (verdict IN ('accept','override','reject','no_match')),
  actor      TEXT NOT NULL,
  note       TEXT NOT NULL,
  score      BIGINT NOT NULL,
  model_id   TEXT NOT NULL,
  record_modstamp BIGINT,
  decided_at BIGINT NOT NULL,
  ended_at   BIGINT,
  ended_by   TEXT,
  moved_from TEXT,
  CHECK (verdict = 'no_match' OR member_id IS NOT NULL)
);
CREATE INDEX decision_record ON decision (record_id);
CREATE INDEX decision_member ON decision (member_id);
CREATE UNIQUE INDEX decision_standing ON decision (record_id, member_id) WHERE ended_at IS NULL;

CREATE TABLE model (
  id       TEXT PRIMARY KEY,
  kind     TEXT NOT NULL CHECK (kind IN ('person','company')),
  made_at  BIGINT NOT NULL,
  run_id   TEXT NOT NULL,
  bytes    BYTEA NOT NULL
);
CREATE INDEX model_newest ON model (kind, made_at);

CREATE TABLE save (
  id         TEXT PRIMARY KEY,
  seat_id    TEXT NOT NULL REFERENCES seat (id),
  member_id  TEXT NOT NULL,
  record_id  TEXT NOT NULL,
  object     TEXT NOT NULL CHECK (object IN ('Contact','Account')),
  opportunity_id TEXT NOT NULL,
  run_id     TEXT NOT NULL,
  saved_at   BIGINT NOT NULL,
  removed_at BIGINT,
  removed_by TEXT,
  UNIQUE (seat_id, member_id, opportunity_id)
);
CREATE INDEX save_seat ON save (seat_id, id);
CREATE INDEX save_record ON save (record_id, id);
CREATE INDEX save_opportunity ON save (opportunity_id, id);
