package sync

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"crmsync/store"
)

// Badge are the addresses of a matched record inside Salesforce, for both of
// its interfaces (S7, S32).
type Badge struct {
	Object    string `json:"object"`
	RecordID  string `json:"record_id"`
	Lightning string `json:"lightning"`
	Classic   string `json:"classic"`
}

// badgeOf makes the addresses of a record of an org.
func badgeOf(instanceURL, object, recordID string) Badge {
	base := strings.TrimSuffix(instanceURL, "/")
	return Badge{Object: object, RecordID: recordID, Classic: base + "/" + recordID, Lightning: base + "/lightning/r/" + object + "/" + recordID + "/view"}
}

// BadgeOf returns the badge of a person or company of the network: the address
// of the record it is matched with. There is none for what is not matched
// (S59); it never depends on anyone's rights in the CRM (S58).
func (e *Engine) BadgeOf(ctx context.Context, memberID string) (Badge, error) {
	match, err := e.store.MatchOfMember(ctx, memberID)
	if errors.Is(err, store.ErrNotFound) {
		return Badge{}, fault("badge.not_found", "", "it has no match, and so no badge")
	}
	if err != nil {
		return Badge{}, err
	}
	connection, err := e.store.Connection(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return Badge{}, errNotConnected()
	}
	if err != nil {
		return Badge{}, err
	}
	return badgeOf(connection.InstanceURL, match.Object, match.RecordID), nil
}

// lastBadges returns how many badges there were after the last whole sync
// before this one.
func (e *Engine) lastBadges(ctx context.Context, runID string) (int64, error) {
	page, err := e.store.Runs(ctx, string(JobImport), store.PageQuery{Limit: 20})
	if err != nil {
		return 0, err
	}
	for _, run := range page.Rows {
		var report SyncReport
		if run.ID == runID || json.Unmarshal([]byte(run.Summary), &report) != nil || report.Steps == nil {
			continue
		}
		return report.Steps.Badges.Leads + report.Steps.Badges.Contacts + report.Steps.Badges.Accounts, nil
	}
	return 0, nil
}
