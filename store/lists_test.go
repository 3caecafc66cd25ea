package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// listed is a page of any list.
type listed struct {
	ids         []string
	first, next Cursor
	more        bool
}

// readList reads a page of one list.
type readList func(ctx context.Context, q PageQuery) (listed, error)

func listOf[T any](read func(ctx context.Context, q PageQuery) (Page[T], error), id func(T) string) readList {
	return func(ctx context.Context, q PageQuery) (listed, error) {
		p, err := read(ctx, q)
		l := listed{first: p.First, next: p.Next, more: p.More}
		for _, row := range p.Rows {
			l.ids = append(l.ids, id(row))
		}
		return l, err
	}
}

// everyList returns every list of the store that comes by page.
func everyList(s *Store, w world) map[string]readList {
	lists := map[string]readList{
		"opportunities": listOf(s.OpenOpportunities, func(x Opportunity) string { return x.ID }),
	}
	for _, o := range objects {
		for _, text := range []string{"", "da"} {
			lists["records of "+o.Name+" "+text] = listOf(func(ctx context.Context, q PageQuery) (Page[Record], error) { return s.Records(ctx, o.Name, text, q) },
				func(x Record) string { return x.ID })
		}
	}
	for _, text := range []string{"", "da"} {
		lists["people "+text] = listOf(func(ctx context.Context, q PageQuery) (Page[Person], error) { return s.People(ctx, text, q) }, func(x Person) string { return x.ID })
		lists["companies "+text] = listOf(func(ctx context.Context, q PageQuery) (Page[Company], error) { return s.Companies(ctx, text, q) }, func(x Company) string { return x.ID })
	}
	for _, kind := range []string{"", "import"} {
		lists["runs "+kind] = listOf(func(ctx context.Context, q PageQuery) (Page[Run], error) { return s.Runs(ctx, kind, q) }, func(x Run) string { return x.ID })
	}
	for name, query := range w.matchQueries() {
		lists["matches "+name] = listOf(func(ctx context.Context, q PageQuery) (Page[MatchRow], error) {
			query.PageQuery = q
			return s.Matches(ctx, query)
		}, func(x MatchRow) string { return x.RecordID })
	}
	for name, query := range w.outboxQueries() {
		lists["outbox "+name] = listOf(func(ctx context.Context, q PageQuery) (Page[OutboxRow], error) {
			query.PageQuery = q
			return s.Outbox(ctx, query)
		}, func(x OutboxRow) string { return x.ActivityID })
	}
	for name, query := range w.activityQueries() {
		lists["activities "+name] = listOf(func(ctx context.Context, q PageQuery) (Page[Activity], error) {
			query.PageQuery = q
			return s.Activities(ctx, query)
		}, func(x Activity) string { return x.ID })
	}
	for name, query := range w.saveQueries() {
		lists["saves "+name] = listOf(func(ctx context.Context, q PageQuery) (Page[Save], error) {
			query.PageQuery = q
			return s.Saves(ctx, query)
		}, func(x Save) string { return x.ID })
	}
	for name, query := range w.ledgerQueries() {
		lists["ledger "+name] = listOf(func(ctx context.Context, q PageQuery) (Page[LedgerSave], error) {
			query.PageQuery = q
			return s.SaveLedger(ctx, query)
		}, func(x LedgerSave) string { return x.ID })
	}
	for _, state := range []ApprovalState{"", ApprovalWaiting} {
		lists["approvals "+string(state)] = listOf(func(ctx context.Context, q PageQuery) (Page[Approval], error) { return s.Approvals(ctx, state, q) },
			func(x Approval) string { return x.ID })
	}
	for name, query := range w.auditQueries() {
		lists["audit "+name] = listOf(func(ctx context.Context, q PageQuery) (Page[AuditEvent], error) {
			query.PageQuery = q
			return s.Audit(ctx, query)
		}, func(x AuditEvent) string { return x.ID })
	}
	return lists
}

func (w world) matchQueries() map[string]MatchQuery {
	return map[string]MatchQuery{
		"all": {}, "of an object": {Object: "Contact"}, "of a state": {States: []MatchState{MatchReview}},
		"of an object and a state":     {Object: "Lead", States: []MatchState{MatchReview}},
		"of two states, one twice":     {States: []MatchState{MatchReview, MatchNone, MatchReview}},
		"of an object and live states": {Object: "Contact", States: []MatchState{MatchAuto, MatchAccepted, MatchOverridden}},
		"by reason":                    {States: []MatchState{MatchNone, MatchReview}, ByReason: true},
		"of a reason":                  {Object: "Contact", States: []MatchState{MatchNone, MatchReview, MatchRejected}, Reasons: []string{"tie", "no_candidate", ""}},
		"of a band":                    {MinScore: 200_000, MaxScore: 400_000},
		"with a text":                  {Text: "DÁ"},
		"with a text, of a state":      {Object: "Contact", Text: "da", States: []MatchState{MatchNone}},
	}
}

func (w world) outboxQueries() map[string]OutboxQuery {
	return map[string]OutboxQuery{
		"all": {}, "of a state": {States: []OutboxState{OutboxQueued}}, "of states": {States: []OutboxState{OutboxHeld, OutboxQueued}},
		"of a seat": {SeatID: w.seats[0]}, "of a seat and a state": {SeatID: w.seats[0], States: []OutboxState{OutboxHeld}},
	}
}

func (w world) activityQueries() map[string]ActivityQuery {
	return map[string]ActivityQuery{
		"all": {}, "of a seat": {SeatID: w.seats[0]}, "of a person": {PersonID: w.people[0]}, "of a company": {CompanyID: w.companies[0]},
		"of a seat and a person": {SeatID: w.seats[0], PersonID: w.people[0]},
	}
}

func (w world) saveQueries() map[string]SaveQuery {
	yes, no := true, false
	return map[string]SaveQuery{
		"all": {}, "of a seat": {SeatID: w.seats[0]}, "of a record": {RecordID: "003R1"}, "of an opportunity": {OpportunityID: "006O1"},
		"removed": {Removed: &yes}, "of a seat that stand": {SeatID: w.seats[0], Removed: &no},
	}
}

func (w world) ledgerQueries() map[string]LedgerQuery {
	return map[string]LedgerQuery{"all": {}, "of a seat": {SeatID: w.seats[0]}, "stale": {Stale: true}, "stale of a seat": {SeatID: w.seats[0], Stale: true}, "of a reason": {Reason: StaleGone}}
}

func (w world) auditQueries() map[string]AuditQuery {
	return map[string]AuditQuery{"all": {}, "of an actor": {Actor: "ana"}, "of a subject": {Subject: "s1"}, "of both": {Actor: "ana", Subject: "s1"}}
}

// TestPagesOfEveryList reads every list forwards and backwards in pages of any size: both must give the rows
// of one large page, in its order.
func TestPagesOfEveryList(t *testing.T) {
	s := openTest(t)
	w := fill(t, s)
	for name, read := range everyList(s, w) {
		t.Run(name, func(t *testing.T) {
			whole, err := read(t.Context(), PageQuery{Limit: maxLimit})
			if err != nil || whole.more {
				t.Fatal(whole.more, err)
			}
			if len(whole.ids) < 3 {
				t.Fatalf("%d rows prove nothing", len(whole.ids))
			}
			if distinct := slices.Compact(slices.Sorted(slices.Values(whole.ids))); len(distinct) != len(whole.ids) {
				t.Fatalf("%d rows, %d of them distinct", len(whole.ids), len(distinct))
			}
			for _, limit := range []int{1 + len(whole.ids)/15, 7, len(whole.ids) - 1, len(whole.ids), len(whole.ids) + 1} {
				if got := walk(t, read, PageQuery{Limit: limit}, false); !slices.Equal(got, whole.ids) {
					t.Fatalf("forwards in pages of %d: %v, want %v", limit, got, whole.ids)
				}
				if got := walk(t, read, PageQuery{Limit: limit, Last: true}, true); !slices.Equal(got, whole.ids) {
					t.Fatalf("backwards in pages of %d: %v, want %v", limit, got, whole.ids)
				}
			}
		})
	}
}

// walk reads a list page by page to its end, or from its end to its beginning.
func walk(t *testing.T, read readList, q PageQuery, backwards bool) (ids []string) {
	t.Helper()
	for {
		l, err := read(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.ids) > q.Limit || l.more && len(l.ids) < q.Limit {
			t.Fatalf("a page of %d has %d rows (more: %v)", q.Limit, len(l.ids), l.more)
		}
		if backwards {
			ids = append(slices.Clone(l.ids), ids...)
			q.Last, q.Before = false, l.first
		} else {
			ids = append(ids, l.ids...)
			q.After = l.next
		}
		if !l.more {
			return ids
		}
	}
}

func TestPageLimits(t *testing.T) {
	for limit, want := range map[int]int{0: defaultLimit, -5: defaultLimit, 7: 7, maxLimit + 1: maxLimit} {
		if got := (PageQuery{Limit: limit}).limit(); got != want {
			t.Errorf("limit %d gives %d, want %d", limit, got, want)
		}
	}
}

func TestPlacesInAListSurviveChanges(t *testing.T) {
	s := openTest(t)
	for _, name := range []string{"Ann", "Bo", "Cy", "Di"} {
		addPerson(t, s, "in/"+name, name)
	}
	first, err := s.People(t.Context(), "", PageQuery{Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	addPerson(t, s, "in/Ab", "Ab") // before the place
	addPerson(t, s, "in/Bz", "Bz") // behind it
	next, err := s.People(t.Context(), "", PageQuery{After: first.Next})
	if err != nil || len(next.Rows) != 3 || next.Rows[0].Name != "Bz" {
		t.Errorf("after Bo: %+v %v", next.Rows, err)
	}
}

func TestBadCursors(t *testing.T) {
	s := openTest(t)
	for name, c := range map[string]Cursor{
		"no base64": "%%%", "no JSON": "bm9uZQ", "another list's": cursorOf("one"), "too long": cursorOf("a", "b", "c"),
		"a fraction": cursorOf(1.5, "a"), "an object": cursorOf(map[string]int{"a": 1}, "b"), "nothing": cursorOf(nil, "b"), "a flag": cursorOf(true, "b"),
	} {
		_, err := s.People(t.Context(), "", PageQuery{After: c})
		var e *Error
		if codeOf(err) != "store.cursor" || !errors.As(err, &e) || e.Hint() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// world is what fill made.
type world struct{ seats, people, companies []string }

// fill fills every table that a list is made of, with many rows that are equal in the first column of the
// list's order.
func fill(t testing.TB, s *Store) (w world) {
	t.Helper()
	write(t, s, func(tx *Tx) error { return fillSides(tx, &w) })
	fillRecords(t, s)
	for i := range 60 {
		write(t, s, func(tx *Tx) error { return fillRow(tx, w, i) })
	}
	return w
}

var fillNames = []string{"Ada", "Dána", "Dan", "Eve", "李雷", "Åsa"}

func fillSides(tx *Tx, w *world) error {
	for i := range 3 {
		w.seats = append(w.seats, NewID())
		if err := tx.PutSeat(Seat{ID: w.seats[i], Email: fmt.Sprintf("%d@acme.test", i), AddedAt: clock}); err != nil {
			return err
		}
	}
	for i := range 80 {
		name := fillNames[i%len(fillNames)]
		company, _, err := tx.PutCompany(Company{Ident: fmt.Sprintf("c%d", i), Name: name})
		if err != nil {
			return err
		}
		person, _, err := tx.PutPerson(Person{Ident: fmt.Sprintf("p%d", i), LastName: name})
		if err != nil {
			return err
		}
		w.companies, w.people = append(w.companies, company), append(w.people, person)
	}
	return nil
}

func fillRecords(t testing.TB, s *Store) {
	t.Helper()
	fields := []string{"Id", "SystemModstamp", "Name", "LastName", "IsClosed", "IsConverted", "Company"}
	for _, o := range objects {
		write(t, s, func(tx *Tx) error {
			_, err := tx.UpsertRecords(o.Name, fields, func(yield func([]string, error) bool) {
				for i := range 80 {
					name := fillNames[i%len(fillNames)]
					if !yield([]string{fmt.Sprintf("%s%d", o.Name, i*7919%80), "2026-11-01T00:00:00.000Z", name, name, "false", "false", name}, nil) {
						return
					}
				}
			}, "run")
			return err
		})
	}
}

func fillRow(tx *Tx, w world, i int) error {
	seat, state := w.seats[i%len(w.seats)], []OutboxState{OutboxHeld, OutboxQueued, OutboxDropped}[i%3]
	activity := Activity{ID: NewID(), Ident: fmt.Sprint(i), Kind: "note", SeatID: seat, OccurredAt: clock.Add(time.Duration(i%4) * time.Second), AddedAt: clock}
	if activity.CompanyID = w.companies[0]; i%2 == 0 {
		activity.CompanyID, activity.PersonID = "", w.people[i%4]
	}
	_, err := tx.AddActivity(activity)
	_, err2 := tx.AddSave(Save{ID: NewID(), SeatID: seat, MemberID: w.people[i], RecordID: fmt.Sprintf("003R%d", i%4), Object: "Contact", OpportunityID: fmt.Sprintf("006O%d", i%5),
		SavedAt: clock, RemovedAt: []time.Time{{}, clock}[i%2]})
	_, err3 := tx.AddAudit(AuditEvent{Actor: []string{"ana", "bo"}[i%2], Subject: fmt.Sprintf("s%d", i%3), Act: "settings.set"})
	return errors.Join(err, err2, err3,
		tx.PutApproval(Approval{ID: NewID(), Act: "purge", Summary: []string{"all", "of Šimková"}[i%2], State: []ApprovalState{ApprovalWaiting, ApprovalDone}[i%2], ProposedBy: "ana", ProposedAt: clock, ExpiresAt: clock}),
		tx.PutOutbox(OutboxItem{ActivityID: activity.ID, State: state}),
		tx.PutRun(Run{ID: NewID(), Kind: []string{"import", "match"}[i%2], State: RunDone, StartedAt: clock}),
		tx.PutMatches([]Match{
			{RecordID: fmt.Sprintf("Contact%d", i), Object: "Contact", State: []MatchState{MatchAuto, MatchReview, MatchNone}[i%3], MemberID: w.people[i], Score: int64(i % 5 * 100_000)},
			{RecordID: fmt.Sprintf("Lead%d", i), Object: "Lead", State: MatchReview, MemberID: w.people[i], Score: int64(i % 3 * 100_000)},
		}))
}
