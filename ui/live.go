package ui

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// live is one person's view of an engine and its store: what the screens ask for, in their terms. Reads go
// to the store by page; every change is an act of the engine, done as the actor.
type live struct {
	engine *crmsync.Engine
	store  *store.Store
	actor  crmsync.Actor
	turn   turn
}

// Live gives the screens an engine and its store, seen as the actor. Each session takes its own.
func Live(engine *crmsync.Engine, st *store.Store, actor crmsync.Actor) Services {
	l := live{engine: engine, store: st, actor: actor, turn: make(turn, 1)}
	return Services{
		Home: &liveHome{live: l, counted: map[string]counted{}}, Connect: liveConnect{l}, Matches: liveMatches{l}, Users: liveUsers{l}, Writeback: liveWriteback{l},
		Saves: liveSaves{l}, ROI: liveROI{l}, Settings: liveSettings{l}, Access: liveAccess{l}, Audit: liveAudit{l}, Approvals: liveApprovals{l}, Runs: liveRuns{l}, Person: livePerson{l}, Setup: liveSetup{l}, Upkeep: upkeepOf(l), Mine: liveMine{l}, Network: liveNetwork{l}, Files: filesOf(st, actor), Events: acts{events: engine.Events(), newest: st.NewestActs, every: actsEvery, far: far{underWay: engine.UnderWay, ended: endOf(st)}},
	}
}

// pageQuery says a seek in the store's terms.
func pageQuery(seek Seek) store.PageQuery {
	q := store.PageQuery{Limit: seek.Limit, Text: seek.Text}
	switch seek.Edge {
	case First:
	case Last:
		q.Last = true
	case Before:
		q.Before = store.Cursor(seek.Cursor)
	case After:
		q.After = store.Cursor(seek.Cursor)
	}
	return q
}

// pageOf says a page of the store in the screens' terms: a cursor stands only where rows lie beyond.
func pageOf[S, T any](p store.Page[S], seek Seek, rows []T) Page[T] {
	out := Page[T]{Rows: rows, Prior: string(p.First), After: string(p.Next)}
	switch seek.Edge {
	case First:
		out.Prior = ""
		out.After = onlyIf(p.More, out.After)
	case After:
		out.After = onlyIf(p.More, out.After)
	case Last:
		out.After = ""
		out.Prior = onlyIf(p.More, out.Prior)
	case Before:
		out.Prior = onlyIf(p.More, out.Prior)
	}
	return out
}

func onlyIf(yes bool, cursor string) string {
	if yes {
		return cursor
	}
	return ""
}

// cutPage serves rows that are few and read whole, such as seats; the cursor is the position.
func cutPage[T any](rows []T, seek Seek) Page[T] {
	at, _ := strconv.Atoi(seek.Cursor)
	from, to := 0, min(len(rows), seek.Limit)
	switch seek.Edge {
	case First:
	case Last:
		from, to = max(0, len(rows)-seek.Limit), len(rows)
	case Before:
		from, to = max(0, at-seek.Limit), min(at, len(rows))
	case After:
		from = min(at+1, len(rows))
		to = min(len(rows), from+seek.Limit)
	}
	page := Page[T]{Rows: rows[from:to]}
	if from > 0 {
		page.Prior = strconv.Itoa(from)
	}
	if to < len(rows) {
		page.After = strconv.Itoa(to - 1)
	}
	return page
}

// percentOf is a score of the store, in millionths, in percent.
func percentOf(score int64) int { return percent(float64(score) / store.ScoreUnit) }

// connection reads the connection; a store without one has the zero value.
func (l live) connection(ctx context.Context) (store.Connection, error) {
	c, err := l.store.Connection(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return store.Connection{}, nil
	}
	return c, err
}

// recordAddress is where a record is found in the CRM (S7).
func recordAddress(instance, object, id string) string {
	if instance == "" || id == "" {
		return ""
	}
	return strings.TrimSuffix(instance, "/") + "/lightning/r/" + object + "/" + id + "/view"
}

// userNames reads the names of CRM users once each.
type userNames struct {
	live
	known map[string]store.Record
}

func (l live) users() *userNames { return &userNames{live: l, known: map[string]store.Record{}} }

// record returns a CRM user, or the zero record when it is not there.
func (u *userNames) record(ctx context.Context, id string) store.Record {
	if id == "" {
		return store.Record{}
	}
	r, ok := u.known[id]
	if !ok {
		r, _ = u.store.Record(ctx, "User", id) // a user who was never imported has no name
		u.known[id] = r
	}
	return r
}

func (u *userNames) name(ctx context.Context, id string) string { return u.record(ctx, id).Get("Name") }

// memberName is the name of a person or company of the network.
func (l live) memberName(ctx context.Context, object, id string) string {
	if object == "Account" {
		company, err := l.store.Company(ctx, id)
		if err != nil {
			return ""
		}
		return company.Name
	}
	person, err := l.store.Person(ctx, id)
	if err != nil {
		return ""
	}
	return person.Name
}
