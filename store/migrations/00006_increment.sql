-- +goose Up
-- The members that compete for a record, so that a run that looks at what changed only finds who else wants them.
CREATE TABLE match_candidate (
  member_id TEXT NOT NULL,
  record_id TEXT NOT NULL,
  PRIMARY KEY (member_id, record_id)
);
CREATE INDEX match_candidate_record ON match_candidate (record_id);

-- Whether the last match run took the decision as standing. A decision of which that is not true any more is what the
-- next run has to look at.
ALTER TABLE decision ADD COLUMN is_judged BIGINT NOT NULL DEFAULT 0;

CREATE INDEX person_changed ON person (changed_at);
CREATE INDEX company_changed ON company (changed_at);
