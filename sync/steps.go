package sync

import (
	"context"
	"fmt"

	"crmsync/store"
)

// StepsReport are the four steps of S67 that follow an import and its match
// run, and the alerts of S6, each with its counters.
type StepsReport struct {
	Badges      BadgeCounts    `json:"badges"`
	ContactInfo ContactCounts  `json:"contact_info"`
	AutoSave    AutoSaveCounts `json:"auto_save"`
	Alerts      AlertCounts    `json:"alerts"`
	Filters     FilterCounts   `json:"filters"`
	SeatsMapped int            `json:"seats_mapped"`
}

// BadgeCounts say how many records link a page of the network to the CRM (S54,
// S56), and how many of them this run added.
type BadgeCounts struct {
	Leads    int64 `json:"leads"`
	Contacts int64 `json:"contacts"`
	Accounts int64 `json:"accounts"`
	Added    int64 `json:"added"`
}

// ContactCounts say for how many matched people the CRM holds a way to reach
// them (S13), among those whose record or match changed since this was looked
// at last.
type ContactCounts struct {
	Looked    int64 `json:"looked_at"`
	WithEmail int64 `json:"with_email"`
	WithPhone int64 `json:"with_phone"`
}

// FilterCounts are the two sides of the search filter (S12).
type FilterCounts struct {
	InCRM    int64 `json:"in_crm"`
	NotInCRM int64 `json:"not_in_crm"`
}

// AfterImport does the steps for what imports changed since the steps were done
// last, this run's and those of runs that were cut off before their steps. It comes after the match
// run: match, badge, auto-save is the order of S55. Changes of saved accounts
// are told before auto-save, so that what is saved just now has none; each new
// save makes its own alert together with itself.
func (e *Engine) AfterImport(ctx context.Context, runID string) (StepsReport, error) {
	var report StepsReport
	var err error
	if report.SeatsMapped, err = e.mapSeats(ctx); err != nil {
		return report, fmt.Errorf("map seats to CRM users: %w", err)
	}
	steps := e.stepsAfter(runID, &report)
	for i, step := range steps {
		e.publish(Event{Kind: EventProgress, Job: JobImport, Run: runID, Step: step.name, Done: int64(i), Total: int64(len(steps))})
		if err := step.do(ctx); err != nil {
			return report, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	report.Alerts.Saved = report.AutoSave.Accounts + report.AutoSave.Contacts
	return report, nil
}

// importStep is one of the steps after an import.
type importStep struct {
	name string
	do   func(context.Context) error
}

// stepsAfter are the steps in their order. Each keeps for itself up to where it
// has looked, so that one that was cut off is done by the next run.
func (e *Engine) stepsAfter(runID string, report *StepsReport) []importStep {
	return []importStep{
		{"badges", func(ctx context.Context) (err error) { report.Badges, err = e.stepBadges(ctx, runID); return err }},
		{"contact information", func(ctx context.Context) (err error) {
			report.ContactInfo, err = e.stepContactInfo(ctx, runID)
			return err
		}},
		{"alerts", func(ctx context.Context) (err error) { report.Alerts, err = e.stepAlerts(ctx, runID); return err }},
		{"auto-save", func(ctx context.Context) (err error) { report.AutoSave, err = e.autoSave(ctx, runID); return err }},
		{"search filters", func(ctx context.Context) (err error) {
			report.Filters, err = e.stepFilters(ctx, report.Badges)
			return err
		}},
	}
}

// stepBadges counts the records that carry a badge. The badge itself is
// computed from the match when it is shown ([Badge]), so that a connection to
// a moved instance never leaves a stale address behind.
func (e *Engine) stepBadges(ctx context.Context, runID string) (BadgeCounts, error) {
	counts, err := e.store.CountMatches(ctx)
	if err != nil {
		return BadgeCounts{}, err
	}
	live := func(object string) (n int64) {
		for state, count := range counts[object] {
			if state.Live() {
				n += count
			}
		}
		return n
	}
	badges := BadgeCounts{Leads: live("Lead"), Contacts: live("Contact"), Accounts: live("Account")}
	before, err := e.lastBadges(ctx, runID)
	if err != nil {
		return BadgeCounts{}, err
	}
	badges.Added = max(0, badges.Leads+badges.Contacts+badges.Accounts-before)
	return badges, nil
}

// stepContactInfo looks at the matched people whose record or match changed
// since the last time.
func (e *Engine) stepContactInfo(ctx context.Context, runID string) (ContactCounts, error) {
	var counts ContactCounts
	mark, err := e.store.ContactMark(ctx)
	if err != nil {
		return counts, fmt.Errorf("read up to where contact information was looked at: %w", err)
	}
	now := e.store.Now()
	if runID < mark.RunID || now.Before(mark.At) {
		mark = store.ContactMark{} // the clock was set back: look at all
	}
	for _, object := range []string{"Contact", "Lead"} {
		for record, err := range e.store.MatchedPeopleTouched(ctx, object, mark) {
			if err != nil {
				return counts, err
			}
			counts.Looked++
			if record.Get("Email") != "" {
				counts.WithEmail++
			}
			if record.Get("Phone") != "" {
				counts.WithPhone++
			}
		}
	}
	return counts, e.store.Write(ctx, func(tx *store.Tx) error { return tx.SetContactMark(store.ContactMark{RunID: runID, At: now}) })
}

// stepFilters counts the people on each side of the filter.
func (e *Engine) stepFilters(ctx context.Context, badges BadgeCounts) (FilterCounts, error) {
	all, err := e.store.CountPeople(ctx)
	in := badges.Leads + badges.Contacts // each person once, by S19
	return FilterCounts{InCRM: in, NotInCRM: max(0, all-in)}, err
}
