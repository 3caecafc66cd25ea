package sync

import (
	"context"
	"fmt"
	"iter"
	"time"

	"crmsync/store"
)

// roiBatch is how many opportunities are looked at together.
const roiBatch = 200

// roiDeals yields the opportunities of a stream with what touched them. Memory does not grow with their number.
func (e *Engine) roiDeals(ctx context.Context, rule roiRule, records iter.Seq2[store.Record, error]) iter.Seq2[roiDeal, error] {
	return func(yield func(roiDeal, error) bool) {
		var batch []store.Record
		flush := func() bool {
			deals, err := e.withTouches(ctx, rule, batch)
			if err != nil {
				return yield(roiDeal{}, err) && false
			}
			for _, deal := range deals {
				if !yield(deal, nil) {
					return false
				}
			}
			batch = batch[:0]
			return true
		}
		for record, err := range records {
			if err != nil {
				yield(roiDeal{}, err)
				return
			}
			if batch = append(batch, record); len(batch) == roiBatch && !flush() {
				return
			}
		}
		if len(batch) > 0 {
			flush()
		}
	}
}

// withTouches reads who belongs to the opportunities of a batch, and what touched them.
func (e *Engine) withTouches(ctx context.Context, rule roiRule, batch []store.Record) ([]roiDeal, error) {
	deals, records := make([]roiDeal, len(batch)), newIDSet()
	involved := make(map[string][]string, len(batch)) // opportunity to records
	ids := make([]string, len(batch))
	for i, record := range batch {
		deals[i], ids[i] = roiDealOf(record, rule.Revenue), record.ID
		if account := deals[i].Account; account != "" {
			involved[record.ID] = append(involved[record.ID], records.add(account))
		}
	}
	roles, err := e.store.RolesOfOpportunities(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read contact roles: %w", err)
	}
	for _, role := range roles {
		involved[role.OpportunityID] = append(involved[role.OpportunityID], records.add(role.ContactID))
	}
	touches, err := e.touchesOf(ctx, records.all)
	if err != nil {
		return nil, err
	}
	for i := range deals {
		for _, record := range involved[deals[i].ID] {
			deals[i].Touches = append(deals[i].Touches, touches[record]...)
		}
		deals[i].Touches = inOrder(deals[i].Touches)
	}
	return deals, nil
}

// touchesOf reads the touches of records: saves of them, and activities with the members they are matched to.
func (e *Engine) touchesOf(ctx context.Context, records []string) (map[string][]roiTouch, error) {
	touches := map[string][]roiTouch{}
	saves, err := e.store.SavesOf(ctx, records)
	if err != nil {
		return nil, fmt.Errorf("read saves: %w", err)
	}
	for _, save := range saves {
		touches[save.Subject] = append(touches[save.Subject], roiTouch{save, save.Subject})
	}
	matches, err := e.store.MatchesByID(ctx, records)
	if err != nil {
		return nil, fmt.Errorf("read matches: %w", err)
	}
	recordOf, members := map[string]string{}, newIDSet() // a member is of one record only (S19)
	for _, match := range matches {
		if match.State.Live() && match.MemberID != "" {
			recordOf[members.add(match.MemberID)] = match.RecordID
		}
	}
	activities, err := e.store.ActivitiesWith(ctx, members.all)
	if err != nil {
		return nil, fmt.Errorf("read activities: %w", err)
	}
	for _, activity := range activities {
		record := recordOf[activity.Subject]
		touches[record] = append(touches[record], roiTouch{activity, record})
	}
	return touches, nil
}

func roiDealOf(record store.Record, revenue string) roiDeal {
	deal := roiDeal{ID: record.ID, Name: record.Get("Name"), Account: record.Get("AccountId"), Owner: record.Get("OwnerId"), Stage: record.Get("StageName"),
		CloseDate: record.Get("CloseDate"), Currency: record.Get("CurrencyIsoCode"), Closed: record.Get("IsClosed") == "true", Won: record.Get("IsWon") == "true"}
	deal.Value, deal.HasValue = parseMoney(record.Get(revenue))
	deal.Created = salesforceTime(record.Get("CreatedDate"))
	return deal
}

// salesforceTime reads a datetime of the org; the zero time for a text that is none.
func salesforceTime(text string) time.Time {
	for _, layout := range []string{"2006-01-02T15:04:05.000Z07:00", "2006-01-02T15:04:05.000-0700", time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// idSet collects ids, each once.
type idSet struct {
	all  []string
	seen map[string]bool
}

func newIDSet() *idSet { return &idSet{seen: map[string]bool{}} }

// add collects an id and returns it.
func (s *idSet) add(id string) string {
	if !s.seen[id] {
		s.seen[id] = true
		s.all = append(s.all, id)
	}
	return id
}
