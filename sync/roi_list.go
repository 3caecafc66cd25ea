package sync

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"crmsync/store"
)

// ROIDealQuery chooses opportunities of a report; empty fields choose all.
type ROIDealQuery struct {
	Period      Period
	Attribution string // sourced, influenced, both, either or neither
	Result      string // open, won or lost
	Activity    string // with or without
	Owner       string // CRM user
	Currency    string // only with HasCurrency
	HasCurrency bool
	After       string // the cursor of the row to go on after
	Limit       int    // 0 = 100
}

// ROIDeal is one opportunity of a report.
type ROIDeal struct {
	ID         string    `json:"opportunity"`
	Name       string    `json:"name"`
	Owner      string    `json:"owner"`
	OwnerName  string    `json:"owner_name"`
	Stage      string    `json:"stage"`
	Result     string    `json:"result"` // open, won or lost
	Created    time.Time `json:"created,omitzero"`
	CloseDate  string    `json:"close_date"`
	Currency   string    `json:"currency"`
	Value      *Money    `json:"value"` // nil = none
	Sourced    bool      `json:"sourced"`
	Influenced bool      `json:"influenced"`
	Activities int64     `json:"activities"`
	Cursor     string    `json:"cursor"`
}

// ROITouch is one touch of an opportunity, and which window it lies in.
type ROITouch struct {
	ID     string    `json:"id"`
	Kind   string    `json:"kind"` // save, or the kind of the activity
	At     time.Time `json:"at"`
	Seat   string    `json:"seat"`
	By     string    `json:"by"` // the seat's name
	Record string    `json:"record"`
	With   string    `json:"with"`   // the record's name
	Window string    `json:"window"` // sourced, influenced or none
	First  bool      `json:"first,omitempty"`
}

// ROIDeals lists a page of the opportunities behind a figure of a report, by close date. more is true when there are
// others after it.
func (e *Engine) ROIDeals(ctx context.Context, actor Actor, query ROIDealQuery) (deals []ROIDeal, more bool, err error) {
	if _, err := e.roiAllowed(ctx, actor); err != nil {
		return nil, false, err
	}
	rule, err := e.roiRuleOf(ctx)
	if err != nil {
		return nil, false, err
	}
	if query.Limit <= 0 {
		query.Limit = 100
	}
	from, after := query.Period.From, ""
	if query.After != "" {
		if from, after, err = query.place(); err != nil {
			return nil, false, err
		}
	}
	names := e.names()
	for deal, err := range e.roiDeals(ctx, rule, e.store.OpportunitiesClosingAfter(ctx, from, after, query.Period.To)) {
		if err != nil {
			return nil, false, err
		}
		verdict := rule.judge(deal)
		if !query.takes(deal, verdict) {
			continue
		}
		if len(deals) == query.Limit {
			return deals, true, nil
		}
		row := roiRow(deal, verdict)
		if row.OwnerName, err = names.of(ctx, "User", deal.Owner); err != nil {
			return nil, false, err
		}
		deals = append(deals, row)
	}
	return deals, false, nil
}

// place reads a cursor: the close date and id of a row.
func (q ROIDealQuery) place() (day, id string, err error) {
	day, id, ok := strings.Cut(q.After, ",")
	if _, bad := time.Parse(time.DateOnly, day); !ok || bad != nil || day < q.Period.From {
		return "", "", fault("usage.cursor", "Take it from the list before.", "%q is no place in this list", q.After)
	}
	return day, id, nil
}

// Check refuses what the query cannot choose by.
func (q ROIDealQuery) Check() error {
	for _, field := range []struct{ name, value, choices string }{
		{"attribution", q.Attribution, "sourced influenced both either neither"}, {"result", q.Result, "open won lost"}, {"activity", q.Activity, "with without"},
	} {
		known := field.value == ""
		for _, choice := range strings.Fields(field.choices) {
			known = known || choice == field.value
		}
		if !known {
			return fault("usage.roi", "", "%s cannot be %q; it takes one of %s", field.name, field.value, strings.ReplaceAll(field.choices, " ", ", "))
		}
	}
	return nil
}

func (q ROIDealQuery) takes(d roiDeal, v roiVerdict) bool {
	attribution := map[string]bool{"": true, "sourced": v.Sourced, "influenced": v.Influenced, "both": v.Sourced && v.Influenced, "either": v.Sourced || v.Influenced,
		"neither": !v.Sourced && !v.Influenced}[q.Attribution]
	activity := map[string]bool{"": true, "with": v.Activities > 0, "without": v.Activities == 0}[q.Activity]
	return attribution && activity && (q.Result == "" || q.Result == resultOf(d)) && (q.Owner == "" || q.Owner == d.Owner) && (!q.HasCurrency || q.Currency == d.Currency)
}

func resultOf(d roiDeal) string {
	switch {
	case d.Won:
		return "won"
	case d.Closed:
		return "lost"
	}
	return "open"
}

func roiRow(d roiDeal, v roiVerdict) ROIDeal {
	row := ROIDeal{ID: d.ID, Name: d.Name, Owner: d.Owner, Stage: d.Stage, Result: resultOf(d), Created: d.Created, CloseDate: d.CloseDate, Currency: d.Currency,
		Sourced: v.Sourced, Influenced: v.Influenced, Activities: v.Activities, Cursor: d.CloseDate + "," + d.ID}
	if d.HasValue {
		row.Value = &d.Value
	}
	return row
}

// ROIDealOf shows one opportunity with all that touched it, the earliest first.
func (e *Engine) ROIDealOf(ctx context.Context, actor Actor, id string) (ROIDeal, []ROITouch, error) {
	if _, err := e.roiAllowed(ctx, actor); err != nil {
		return ROIDeal{}, nil, err
	}
	rule, err := e.roiRuleOf(ctx)
	if err != nil {
		return ROIDeal{}, nil, err
	}
	record, err := e.store.Record(ctx, "Opportunity", id)
	if errors.Is(err, store.ErrNotFound) {
		return ROIDeal{}, nil, fault("roi.not_found", "See crmsync roi list.", "there is no opportunity %q", id)
	}
	if err != nil {
		return ROIDeal{}, nil, err
	}
	deals, err := e.withTouches(ctx, rule, []store.Record{record})
	if err != nil {
		return ROIDeal{}, nil, err
	}
	deal, names := deals[0], e.names()
	row := roiRow(deal, rule.judge(deal))
	if row.OwnerName, err = names.of(ctx, "User", deal.Owner); err != nil {
		return ROIDeal{}, nil, err
	}
	touches, err := e.roiTouches(ctx, rule, deal, names)
	return row, touches, err
}

// roiTouches puts an opportunity's touches into words.
func (e *Engine) roiTouches(ctx context.Context, rule roiRule, deal roiDeal, names *recordNames) ([]ROITouch, error) {
	seats, err := e.store.Seats(ctx)
	if err != nil {
		return nil, err
	}
	nameOfSeat := map[string]string{}
	for _, seat := range seats {
		nameOfSeat[seat.ID] = nameOr(seat.Name, seat.Email)
	}
	touches := make([]ROITouch, 0, len(deal.Touches))
	for i, touch := range deal.Touches {
		row := ROITouch{ID: touch.ID, Kind: touch.Kind, At: touch.At, Seat: touch.SeatID, By: nameOfSeat[touch.SeatID], Record: touch.Record, First: i == 0, Window: "none"}
		if row.With, err = names.of(ctx, store.ObjectOf(touch.Record), touch.Record); err != nil {
			return nil, fmt.Errorf("name %s: %w", touch.Record, err)
		}
		switch sourcing, influencing := rule.place(deal, touch.At); {
		case sourcing:
			row.Window = "sourced"
		case influencing:
			row.Window = "influenced"
		}
		touches = append(touches, row)
	}
	return touches, nil
}

// NoteROIExport records that a report left the program as a file (who, when, which period).
func (e *Engine) NoteROIExport(ctx context.Context, actor Actor, period Period, format string) (auditID string, err error) {
	if _, err := e.roiAllowed(ctx, actor); err != nil {
		return "", err
	}
	return e.change(ctx, actor, ActROIReport, func(*store.Tx) (changed, error) {
		return changed{Subject: "roi " + period.String(), After: map[string]string{"format": format}}, nil
	})
}
