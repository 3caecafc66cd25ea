package sync

import (
	"context"
	"fmt"
	"slices"

	"crmsync/match"
)

// matchFields are the fields by which an object is matched, but for those that name the profile itself: these come and
// go with a setting.
var matchFields = map[string][]string{
	"Contact": {"FirstName", "LastName", "Title", "Email", "Phone", "AccountId", "MailingStreet", "MailingCity", "MailingState", "MailingCountry"},
	"Lead":    {"FirstName", "LastName", "Title", "Email", "Phone", "Company", "Website", "Industry", "Street", "City", "State", "Country"},
	"Account": {"Name", "Phone", "Website", "Industry", "NumberOfEmployees", "BillingStreet", "BillingCity", "BillingState", "BillingPostalCode", "BillingCountry"},
}

// readableFields are the fields for matching that the last import of each object could read, as "Account.Website".
func (e *Engine) readableFields(ctx context.Context, kind match.Kind) ([]string, error) {
	var readable []string
	for _, object := range objectsOf(kind) {
		state, err := e.store.ImportState(ctx, object)
		if err != nil {
			return nil, fmt.Errorf("read the import state of %s: %w", object, err)
		}
		for _, field := range matchFields[object] {
			if slices.Contains(state.Fields, field) {
				readable = append(readable, object+"."+field)
			}
		}
	}
	return readable, nil
}

// hiddenFields are alarms for fields that an earlier run could read and this one cannot: their old values are kept, so that
// the figures would tell it late.
func hiddenFields(kind match.Kind, earlier []MatchCounts, now MatchCounts) []MatchAlarm {
	var alarms []MatchAlarm
	seen := map[string]bool{}
	for _, counts := range earlier {
		for _, field := range counts.Fields {
			if seen[field] || slices.Contains(now.Fields, field) {
				continue
			}
			seen[field] = true
			alarms = append(alarms, MatchAlarm{Kind: kind.String(), Alarm: match.Alarm{Figure: field, Before: 1,
				Cause: field + " is hidden from the sync: its old values are kept, records that are new or changed come without it"}})
		}
	}
	return alarms
}
