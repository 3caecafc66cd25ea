-- +goose Up
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
-- With the company, so that a search reads this index alone.
CREATE INDEX person_name ON person (sort_name, id, company);
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
