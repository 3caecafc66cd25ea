-- +goose Up
-- Portable between SQLite and PostgreSQL: TEXT, BIGINT and BYTEA only. Times are milliseconds UTC; NULL is
-- "not known". Ids are ours (UUIDv7 text) unless they are Salesforce's.

CREATE TABLE connection (
  only_one      BIGINT PRIMARY KEY CHECK (only_one = 1),
  org_id        TEXT NOT NULL,
  org_name      TEXT NOT NULL,
  edition       TEXT NOT NULL,
  instance_url  TEXT NOT NULL,
  login_host    TEXT NOT NULL,
  client_id     TEXT NOT NULL,
  api_version   TEXT NOT NULL,
  redirect_url  TEXT NOT NULL,
  flow          TEXT NOT NULL CHECK (flow IN ('refresh','jwt','client','fixed')),
  user_id       TEXT NOT NULL,
  username      TEXT NOT NULL,
  time_zone     TEXT NOT NULL,
  has_package   BIGINT NOT NULL,
  package_version TEXT NOT NULL,
  api_used      BIGINT NOT NULL,
  api_max       BIGINT NOT NULL,
  api_at        BIGINT,
  state         TEXT NOT NULL CHECK (state IN ('connected','paused','revoked','disconnected')),
  reason        TEXT NOT NULL,
  connected_at  BIGINT NOT NULL,
  changed_at    BIGINT NOT NULL
);

CREATE TABLE secret (
  name       TEXT PRIMARY KEY,
  sealed     BYTEA NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE TABLE setting (
  name       TEXT PRIMARY KEY,
  value      TEXT NOT NULL,
  version    BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL
);

CREATE TABLE crm_account (
  id TEXT PRIMARY KEY, modstamp BIGINT NOT NULL, is_deleted BIGINT NOT NULL, master_id TEXT,
  sort_name TEXT NOT NULL, name TEXT, website TEXT, owner_id TEXT, parent_id TEXT,
  hash BIGINT NOT NULL, changed_run TEXT NOT NULL, payload BYTEA NOT NULL
);
CREATE INDEX crm_account_name ON crm_account (sort_name, id);

CREATE TABLE crm_contact (
  id TEXT PRIMARY KEY, modstamp BIGINT NOT NULL, is_deleted BIGINT NOT NULL, master_id TEXT,
  sort_name TEXT NOT NULL, first_name TEXT, last_name TEXT, email TEXT, title TEXT, account_id TEXT,
  hash BIGINT NOT NULL, changed_run TEXT NOT NULL, payload BYTEA NOT NULL
);
CREATE INDEX crm_contact_name ON crm_contact (sort_name, id);
CREATE INDEX crm_contact_account ON crm_contact (account_id);

CREATE TABLE crm_lead (
  id TEXT PRIMARY KEY, modstamp BIGINT NOT NULL, is_deleted BIGINT NOT NULL, master_id TEXT,
  sort_name TEXT NOT NULL, first_name TEXT, last_name TEXT, company TEXT, email TEXT, title TEXT, owner_id TEXT,
  is_converted BIGINT NOT NULL, converted_contact_id TEXT, converted_account_id TEXT,
  hash BIGINT NOT NULL, changed_run TEXT NOT NULL, payload BYTEA NOT NULL
);
CREATE INDEX crm_lead_name ON crm_lead (sort_name, id);

CREATE TABLE crm_opportunity (
  id TEXT PRIMARY KEY, modstamp BIGINT NOT NULL, is_deleted BIGINT NOT NULL, master_id TEXT,
  sort_name TEXT NOT NULL, name TEXT, account_id TEXT, owner_id TEXT, stage_name TEXT,
  is_closed BIGINT NOT NULL, is_won BIGINT NOT NULL, close_date TEXT, amount TEXT, currency TEXT,
  hash BIGINT NOT NULL, changed_run TEXT NOT NULL, payload BYTEA NOT NULL
);
CREATE INDEX crm_opportunity_open ON crm_opportunity (is_closed, is_deleted, sort_name, id);
CREATE INDEX crm_opportunity_account ON crm_opportunity (account_id);

CREATE TABLE crm_contact_role (
  id TEXT PRIMARY KEY, modstamp BIGINT NOT NULL, is_deleted BIGINT NOT NULL, master_id TEXT,
  sort_name TEXT NOT NULL, opportunity_id TEXT, contact_id TEXT, role TEXT, is_primary BIGINT NOT NULL,
  hash BIGINT NOT NULL, changed_run TEXT NOT NULL, payload BYTEA NOT NULL
);
CREATE INDEX crm_contact_role_opportunity ON crm_contact_role (opportunity_id);
CREATE INDEX crm_contact_role_contact ON crm_contact_role (contact_id);

CREATE TABLE crm_user (
  id TEXT PRIMARY KEY, modstamp BIGINT NOT NULL, is_deleted BIGINT NOT NULL, master_id TEXT,
  sort_name TEXT NOT NULL, name TEXT, email TEXT, is_active BIGINT NOT NULL, role_id TEXT,
  hash BIGINT NOT NULL, changed_run TEXT NOT NULL, payload BYTEA NOT NULL
);
CREATE INDEX crm_user_name ON crm_user (sort_name, id);
CREATE INDEX crm_user_email ON crm_user (email);

CREATE TABLE crm_user_role (
  id TEXT PRIMARY KEY, modstamp BIGINT NOT NULL, is_deleted BIGINT NOT NULL, master_id TEXT,
  sort_name TEXT NOT NULL, name TEXT, parent_id TEXT,
  hash BIGINT NOT NULL, changed_run TEXT NOT NULL, payload BYTEA NOT NULL
);

CREATE INDEX crm_account_run ON crm_account (changed_run);
CREATE INDEX crm_contact_run ON crm_contact (changed_run);
CREATE INDEX crm_lead_run ON crm_lead (changed_run);
CREATE INDEX crm_opportunity_run ON crm_opportunity (changed_run);
CREATE INDEX crm_contact_role_run ON crm_contact_role (changed_run);

CREATE TABLE stage (
  name       TEXT PRIMARY KEY,
  label      TEXT NOT NULL,
  sort_order BIGINT NOT NULL,
  is_closed  BIGINT NOT NULL,
  is_won     BIGINT NOT NULL
);

CREATE TABLE seat (
  id           TEXT PRIMARY KEY,
  email        TEXT NOT NULL UNIQUE,
  name         TEXT NOT NULL,
  profile_url  TEXT NOT NULL,
  user_id      TEXT UNIQUE,
  mapping      TEXT NOT NULL CHECK (mapping IN ('','email','pinned')),
  may_autosave  BIGINT NOT NULL,
  may_writeback BIGINT NOT NULL,
  added_at     BIGINT NOT NULL,
  CHECK ((user_id IS NULL) = (mapping = ''))
);

CREATE TABLE source (
  id          TEXT PRIMARY KEY,
  kind        TEXT NOT NULL,
  file        TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  seat_id     TEXT REFERENCES seat (id),
  imported_at BIGINT NOT NULL,
  imported_by TEXT NOT NULL,
  row_count   BIGINT NOT NULL
);

CREATE TABLE company (
  id TEXT PRIMARY KEY, ident TEXT NOT NULL UNIQUE, sort_name TEXT NOT NULL, name TEXT NOT NULL,
  website TEXT, domain TEXT, page_url TEXT, phone TEXT, industry TEXT, employees BIGINT,
  street TEXT, city TEXT, state TEXT, postal_code TEXT, country TEXT,
  source_id TEXT REFERENCES source (id), changed_at BIGINT NOT NULL
);
CREATE INDEX company_name ON company (sort_name, id);

CREATE TABLE person (
  id TEXT PRIMARY KEY, ident TEXT NOT NULL UNIQUE, sort_name TEXT NOT NULL, name TEXT NOT NULL,
  first_name TEXT, last_name TEXT, headline TEXT, title TEXT, company TEXT, company_id TEXT REFERENCES company (id),
  email TEXT, phone TEXT, profile_url TEXT, industry TEXT, location TEXT,
  street TEXT, city TEXT, state TEXT, postal_code TEXT, country TEXT,
  source_id TEXT REFERENCES source (id), changed_at BIGINT NOT NULL
);
CREATE INDEX person_name ON person (sort_name, id);
CREATE INDEX person_profile ON person (profile_url);
CREATE INDEX person_company ON person (company_id);

CREATE TABLE position (
  person_id TEXT NOT NULL REFERENCES person (id),
  company   TEXT NOT NULL,
  title     TEXT NOT NULL,
  is_current BIGINT NOT NULL,
  PRIMARY KEY (person_id, company, title)
);

CREATE TABLE seat_connection (
  seat_id      TEXT NOT NULL REFERENCES seat (id),
  person_id    TEXT NOT NULL REFERENCES person (id),
  connected_at BIGINT,
  PRIMARY KEY (seat_id, person_id)
);
CREATE INDEX seat_connection_person ON seat_connection (person_id);

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
CREATE INDEX save_record ON save (record_id);
CREATE INDEX save_opportunity ON save (opportunity_id);

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
CREATE INDEX activity_person ON activity (person_id);
CREATE INDEX activity_company ON activity (company_id);

CREATE TABLE opt_in (
  seat_id TEXT NOT NULL REFERENCES seat (id),
  kind    TEXT NOT NULL CHECK (kind IN ('inmail','message','note','call','pointdrive')),
  since   BIGINT NOT NULL,
  PRIMARY KEY (seat_id, kind)
);

CREATE TABLE outbox (
  activity_id TEXT PRIMARY KEY REFERENCES activity (id),
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
CREATE INDEX outbox_all ON outbox (changed_at, activity_id);
CREATE UNIQUE INDEX outbox_salesforce ON outbox (salesforce_id);
-- What Salesforce has said yes to and nobody has read back yet; short at all times.
CREATE INDEX outbox_unverified ON outbox (activity_id) WHERE salesforce_id IS NOT NULL AND verified_at IS NULL;

CREATE TABLE outbox_count (
  state TEXT PRIMARY KEY,
  n     BIGINT NOT NULL
);

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

