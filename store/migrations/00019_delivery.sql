-- +goose Up
-- What was written and did not prove well when it was read back, such as what no page shows; few at all times.
CREATE INDEX outbox_proof ON outbox (changed_at, activity_id) WHERE verify_note NOT IN ('', 'equal');
