package sync

import (
	"context"
	"fmt"
)

// target is where an activity goes in the CRM (decision 20).
type target struct {
	WhoID    string
	WhatID   string
	ParentID string
	Record   string // the record that receives it, for our own books; "" when unassigned
}

// crmRecord is the little of an imported record that choosing a target needs.
type crmRecord struct {
	Object       string
	ID           string
	AccountID    string // of a contact
	Deleted      bool
	MasterID     string // survivor of a merge
	Converted    bool
	ConvertedTo  string // contact a lead was converted to
	ConvertedAcc string // account a lead was converted to
}

// findRecord looks an imported record up; false when there is none.
type findRecord func(ctx context.Context, object, id string) (crmRecord, bool, error)

// codeAccountOnly is the code of an activity other than a note that has only a company (S75).
const codeAccountOnly = "activity.account_only"

// maxHops bounds how many merges and conversions are followed, so that a circle of them ends.
const maxHops = 8

// survivor follows merges and conversions to the record that is there now. False means that nothing
// is left: deleted without a survivor, never imported, or a circle.
func survivor(ctx context.Context, find findRecord, object, id string) (crmRecord, bool, error) {
	for range maxHops {
		record, ok, err := find(ctx, object, id)
		if err != nil {
			return crmRecord{}, false, fmt.Errorf("look up %s %s: %w", object, id, err)
		}
		switch {
		case !ok:
			return crmRecord{}, false, nil
		case record.MasterID != "":
			id = record.MasterID
		case record.Deleted:
			return crmRecord{}, false, nil
		case record.Converted && record.ConvertedTo != "":
			object, id = "Contact", record.ConvertedTo
		default:
			return record, true, nil
		}
	}
	return crmRecord{}, false, nil
}

// chooseTarget decides where an activity goes: object and id name the matched record, both empty when
// there is none. Ok is false for a note without a record, which has to wait.
func chooseTarget(ctx context.Context, find findRecord, kind Kind, object, id string) (chosen target, ok bool, err error) {
	if id == "" {
		return target{}, kind != KindNote, nil
	}
	record, found, err := survivor(ctx, find, object, id)
	if err != nil {
		return target{}, false, err
	}
	if !found {
		return target{}, kind != KindNote, nil
	}
	if kind == KindNote {
		return target{ParentID: record.ID, Record: record.ID}, true, nil
	}
	switch record.Object {
	case "Lead": // a task on a lead must not have a WhatId
		return target{WhoID: record.ID, Record: record.ID}, true, nil
	case "Contact":
		what, err := accountOf(ctx, find, record)
		return target{WhoID: record.ID, WhatID: what, Record: record.ID}, true, err
	}
	return target{}, false, fault(codeAccountOnly, "Write a note on the account, or choose a person.",
		"only notes can be written to an account, not %s", kind.Label())
}

// accountOf is the account of a contact, after merges; empty when it is gone.
func accountOf(ctx context.Context, find findRecord, contact crmRecord) (string, error) {
	if contact.AccountID == "" {
		return "", nil
	}
	account, ok, err := survivor(ctx, find, "Account", contact.AccountID)
	if err != nil || !ok {
		return "", err
	}
	return account.ID, nil
}
