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
  sort_name TEXT NOT NULL, first_name TEXT, last_name TEXT, company TEXT, sort_company TEXT, email TEXT, title TEXT, owner_id TEXT,
  is_converted BIGINT NOT NULL, converted_contact_id TEXT, converted_account_id TEXT,
  hash BIGINT NOT NULL, changed_run TEXT NOT NULL, payload BYTEA NOT NULL
);
-- With the company, so that a search reads this index alone.
CREATE INDEX crm_lead_name ON crm_lead (sort_name, id, sort_company);

CREATE TABLE crm_opportunity (
  id TEXT PRIMARY KEY, modstamp BIGINT NOT NULL, is_deleted BIGINT NOT NULL, master_id TEXT,
  sort_name TEXT NOT NULL, name TEXT, account_id TEXT, owner_id TEXT, stage_name TEXT,
  is_closed BIGINT NOT NULL, is_won BIGINT NOT NULL, close_date TEXT, amount TEXT, currency TEXT,
  hash BIGINT NOT NULL, changed_run TEXT NOT NULL, payload BYTEA NOT NULL
);
CREATE INDEX crm_opportunity_name ON crm_opportunity (sort_name, id);
CREATE INDEX crm_opportunity_open ON crm_opportunity (sort_name, id) WHERE is_closed = 0 AND is_deleted = 0;
CREATE INDEX crm_opportunity_open_id ON crm_opportunity (id) WHERE is_closed = 0 AND is_deleted = 0;
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

CREATE INDEX crm_user_role_name ON crm_user_role (sort_name, id);

-- What one run changed, in the order it is read in.
CREATE INDEX crm_account_run ON crm_account (changed_run, id);
CREATE INDEX crm_contact_run ON crm_contact (changed_run, id);
CREATE INDEX crm_lead_run ON crm_lead (changed_run, id);
CREATE INDEX crm_opportunity_run ON crm_opportunity (changed_run, id);
CREATE INDEX crm_contact_role_run ON crm_contact_role (changed_run, id);
CREATE INDEX crm_user_run ON crm_user (changed_run, id);
CREATE INDEX crm_user_role_run ON crm_user_role (changed_run, id);

CREATE TABLE stage (
  name       TEXT PRIMARY KEY,
  label      TEXT NOT NULL,
  sort_order BIGINT NOT NULL,
  is_closed  BIGINT NOT NULL,
  is_won     BIGINT NOT NULL
);
