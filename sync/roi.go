package sync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
)

// ROIConsent says whether the customer agreed to the use of imported data for ROI reports (S87), who recorded that
// last, and when.
type ROIConsent struct {
	Given bool      `json:"given"`
	By    string    `json:"by,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// ROIConsent reads the consent as it stands.
func (e *Engine) ROIConsent(ctx context.Context) (ROIConsent, error) {
	row, err := e.store.Setting(ctx, SettingROIConsent)
	if errors.Is(err, store.ErrNotFound) {
		return ROIConsent{}, nil
	}
	if err != nil {
		return ROIConsent{}, fmt.Errorf("read the consent to ROI reports: %w", err)
	}
	consent := ROIConsent{Given: row.Value == "true", By: row.ChangedBy, At: row.ChangedAt}
	events, err := e.store.Audit(ctx, store.AuditQuery{Subject: SettingROIConsent, PageQuery: store.PageQuery{Limit: 1}})
	if err == nil && len(events.Rows) == 1 { // an undo has no name in the setting's row
		consent.By, consent.At = events.Rows[0].Actor, events.Rows[0].At
	}
	return consent, err
}

// SetROIConsent records that the customer agrees to ROI reports, or does not any more. From then on no report is made.
func (e *Engine) SetROIConsent(ctx context.Context, actor Actor, given bool) (auditID string, err error) {
	if given {
		if err := e.roiEdition(ctx); err != nil {
			return "", err
		}
	}
	value := "false"
	if given {
		value = "true"
	}
	auditID, err = e.change(ctx, actor, ActROIConsent, func(tx *store.Tx) (changed, error) {
		before, err := settingNow(tx, SettingROIConsent)
		if err != nil {
			return changed{}, err
		}
		if before != nil && before.Value == value || before == nil && !given {
			return changed{}, fault("roi.no_change", "", "it is so already")
		}
		what := changed{Subject: SettingROIConsent, After: settingState{value}}
		if before != nil {
			what.Before = *before
		}
		return what, tx.PutSetting(SettingROIConsent, value, actor.Name)
	})
	if err == nil {
		e.publish(Event{Kind: EventSettings, Text: SettingROIConsent})
	}
	return auditID, err
}

// roiEdition is decision 14: ROI reports are part of the Enterprise edition.
func (e *Engine) roiEdition(ctx context.Context) error {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return err
	}
	if edition := settings.Text(SettingEdition); edition != EditionEnterprise {
		return fault("roi.edition", "If your contract is for Enterprise: crmsync settings set contract.edition Enterprise.",
			"ROI reports are part of the Enterprise edition of Sales Navigator; the contract here is for %s", edition)
	}
	return nil
}

// roiAllowed refuses a report to whom it is not for (decision 13), without the edition (decision 14), and before
// consent is recorded (S87).
func (e *Engine) roiAllowed(ctx context.Context, actor Actor) (ROIConsent, error) {
	if err := Allowed(actor, ActROIReport); err != nil {
		return ROIConsent{}, err
	}
	if err := e.roiEdition(ctx); err != nil {
		return ROIConsent{}, err
	}
	consent, err := e.ROIConsent(ctx)
	if err == nil && !consent.Given {
		err = fault("roi.no_consent", "Once the customer has agreed: crmsync roi consent on.", "the customer's consent to ROI reports is not recorded")
	}
	return consent, err
}

// roiRuleOf reads the definitions in force.
func (e *Engine) roiRuleOf(ctx context.Context) (roiRule, error) {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return roiRule{}, err
	}
	zone := time.UTC
	connection, err := e.store.Connection(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return roiRule{}, err
	default:
		if known, err := time.LoadLocation(connection.TimeZone); err == nil {
			zone = known
		}
	}
	return roiRule{Sourced: settings.Int(SettingROISourced), Influenced: settings.Int(SettingROIInfluenced), Revenue: settings.Text(SettingRevenueField), zone: zone, now: e.now().UTC()}, nil
}
