-- +goose Up
-- For the filters of lists: which rows hold a word in a column of few values is read from these, so that a word that is rare
-- there, or stands nowhere, is known at once.
CREATE INDEX outbox_held ON outbox (hold, activity_id) WHERE hold <> '';
CREATE INDEX outbox_error ON outbox (error_code, activity_id) WHERE error_code <> '';
CREATE INDEX activity_kind ON activity (kind, id);
CREATE INDEX run_error ON run (error_code, id) WHERE error_code <> '';
CREATE INDEX crm_opportunity_open_stage ON crm_opportunity (stage_name, id) WHERE is_closed = 0 AND is_deleted = 0;
CREATE INDEX crm_opportunity_open_owner ON crm_opportunity (owner_id, id) WHERE is_closed = 0 AND is_deleted = 0;
