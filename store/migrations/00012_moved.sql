-- +goose Up
-- Records that another one stands for: merged away, or a converted lead. Few of many, by the run that brought them.
CREATE INDEX crm_account_moved ON crm_account (changed_run, id) WHERE is_deleted = 1 AND master_id IS NOT NULL;
CREATE INDEX crm_contact_moved ON crm_contact (changed_run, id) WHERE is_deleted = 1 AND master_id IS NOT NULL;
CREATE INDEX crm_lead_moved ON crm_lead (changed_run, id)
  WHERE (is_deleted = 1 AND master_id IS NOT NULL) OR (is_converted = 1 AND converted_contact_id IS NOT NULL);
