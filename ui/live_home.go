package ui

import (
	"context"
	"errors"
	"net/url"
	"slices"
	gosync "sync"
	"time"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// liveHome reads the overview. Counting a large table takes a while, so the counts of a run are kept.
type liveHome struct {
	live
	mu      gosync.Mutex
	of      string           // the run, with its state, the counts belong to
	counted map[string]int64 // records by object
}

// SyncNow asks for an import; without a running engine it is done here, and ended is true.
func (h *liveHome) SyncNow(ctx context.Context) (ended bool, err error) {
	outcome, err := h.engine.Request(ctx, h.actor, crmsync.JobImport, nil, false)
	return err == nil && !outcome.Handed, err
}

// StopRun stops the import or the match run under way.
func (h *liveHome) StopRun(ctx context.Context, job crmsync.JobKind) (string, error) {
	return h.engine.StopRun(ctx, h.actor, job)
}

// Overview reads what Home and the header show.
func (h *liveHome) Overview(ctx context.Context) (Overview, error) {
	status, err := h.engine.Status(ctx)
	if err != nil {
		return Overview{}, err
	}
	o := Overview{Org: hostOf(status.Instance), Connected: connectedOf(status.Connection), SyncedAt: status.LastSync, EngineAway: status.Engine == "" && status.Connection == string(store.Connected),
		Review: status.Matches[string(store.MatchReview)], Failed: status.Outbox[string(store.OutboxFailed)], Unassigned: status.Outbox[string(store.OutboxUnassigned)],
		APIUsed: status.APIUsed, APIMax: status.APIMax}
	for _, job := range status.Schedule {
		if job.Kind == crmsync.JobImport {
			o.SyncEvery = job.Every
			if !job.Paused {
				o.NextSync = job.Next
			}
		}
	}
	o.Alarms = status.Alarms
	if status.Grace != nil {
		o.Refused = refused(*status.Grace, h.store.Now())
	}
	if disk := status.Disk; disk.Short() {
		o.NoRoom = "the disk is full: all work waits for " + store.Bytes(2*disk.Wanted) + " of room"
	}
	if crmsync.Allowed(h.actor, crmsync.ActSaveClean) == nil && (h.actor.Role == crmsync.RoleAdmin || h.actor.Seat != "") {
		if o.Stale, err = (liveSaves{h.live}).CountStale(ctx); err != nil {
			return Overview{}, err
		}
	}
	if h.actor.Seat != "" {
		if o.Alerts, err = h.store.CountUnreadAlerts(ctx, h.actor.Seat); err != nil {
			return Overview{}, err
		}
	}
	people, err := h.store.People(ctx, "", store.PageQuery{Limit: 1})
	if err != nil {
		return Overview{}, err
	}
	o.Network = len(people.Rows) > 0
	for _, part := range []func(context.Context, *Overview) error{h.run, h.seats, h.activity, h.latest, h.writebackOn, h.secondAdmin} {
		if err := part(ctx, &o); err != nil {
			return Overview{}, err
		}
	}
	return o, nil
}

func hostOf(instance string) string {
	u, err := url.Parse(instance)
	if err != nil || u.Host == "" {
		return instance
	}
	return u.Host
}

func connectedOf(state string) Connected {
	switch store.ConnectionState(state) {
	case store.Connected:
		return ConnectedYes
	case store.Paused:
		return ConnectedPaused
	case store.Revoked:
		return ConnectedRevoked
	case store.Disconnected:
	}
	return ConnectedNone
}

// run reads the last import with each object's part.
func (h *liveHome) run(ctx context.Context, o *Overview) error {
	run, err := h.store.LastRun(ctx, string(crmsync.JobImport))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	o.Run = ImportRun{ID: run.ID, Running: run.State == store.RunRunning, Started: run.StartedAt, Ended: run.EndedAt}
	if run.State != store.RunRunning {
		o.Run.Problem = run.ErrorText
	}
	parts, err := h.store.RunObjects(ctx, run.ID)
	if err != nil {
		return err
	}
	matches, err := h.store.CountMatches(ctx)
	if err != nil {
		return err
	}
	for _, object := range store.Objects() {
		records, err := h.count(ctx, run, object.Name, matches[object.Name])
		if err != nil {
			return err
		}
		o.Run.Objects = append(o.Run.Objects, runObject(object.Name, run, parts, records, matches[object.Name]))
	}
	return nil
}

// count is the number of records of an object. What the matcher has seen it has counted already.
func (h *liveHome) count(ctx context.Context, run store.Run, object string, states map[store.MatchState]int64) (int64, error) {
	if len(states) > 0 {
		sum := int64(0)
		for _, n := range states {
			sum += n
		}
		return sum, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	key := run.ID + string(run.State)
	if h.of != key {
		h.of = key
		clear(h.counted)
	}
	if n, ok := h.counted[object]; ok {
		return n, nil
	}
	n, err := h.store.CountRecords(ctx, object)
	if err == nil {
		h.counted[object] = n
	}
	return n, err
}

// runObject joins what a run did with an object and what is known of the object now.
func runObject(object string, run store.Run, parts []store.RunObject, records int64, states map[store.MatchState]int64) RunObject {
	out := RunObject{Object: object, Records: records, Matched: -1, State: StateOff, Word: "not read"}
	if run.State == store.RunRunning {
		out.Word = "waits"
	}
	if len(states) > 0 {
		out.Matched = states[store.MatchAuto] + states[store.MatchAccepted] + states[store.MatchOverridden]
	}
	at := slices.IndexFunc(parts, func(p store.RunObject) bool { return p.Object == object })
	if at < 0 {
		return out
	}
	part := parts[at]
	out.New, out.Changed, out.Removed, out.APICalls, out.Took = part.Inserted, part.Updated, part.Deleted, part.APICalls, part.Took
	switch part.State {
	case store.RunDone:
		out.State, out.Word = StateGood, "done"
	case store.RunRunning:
		out.State, out.Word = StateRun, "reading"
	case store.RunFailed, store.RunPartial:
		out.State, out.Word = StateBad, part.ErrorCode
		if out.Word == "" {
			out.Word = "failed"
		}
	case store.RunCancelled:
		out.State, out.Word = StateWarn, "stopped"
	}
	return out
}

func (h *liveHome) seats(ctx context.Context, o *Overview) error {
	seats, err := h.store.Seats(ctx)
	if err != nil {
		return err
	}
	o.Seats = SeatCounts{Total: int64(len(seats))}
	for _, seat := range seats {
		switch {
		case seat.UserID == "":
			o.Seats.Unmapped++
			continue
		case seat.Mapping == "pinned":
			o.Seats.ByHand++
		default:
			o.Seats.ByMail++
		}
		o.Seats.Mapped++
	}
	return nil
}

// activityDays is how far the small charts look back.
const activityDays = 14

// activity reads the counts of the last days.
func (h *liveHome) activity(ctx context.Context, o *Overview) error {
	names := []Field{{"matches made", "matches.made"}, {"reviewed by hand", "matches.reviewed"}, {"items written", "items.written"}, {"writes failed", "writes.failed"}, {"API calls", "api.calls"}}
	for _, n := range names {
		days, err := h.store.Daily(ctx, n.Value, h.store.Now(), activityDays)
		if err != nil {
			return err
		}
		o.Activity = append(o.Activity, Series{Name: n.Name, Days: days})
	}
	return nil
}

// latestLines is how many of the newest events are read.
const latestLines = 12

// latest joins the newest acts and runs.
func (h *liveHome) latest(ctx context.Context, o *Overview) error {
	events, err := h.store.Audit(ctx, store.AuditQuery{PageQuery: store.PageQuery{Limit: latestLines}})
	if err != nil {
		return err
	}
	describe := h.describer()
	for _, e := range events.Rows {
		o.Latest = append(o.Latest, LatestLine{At: e.At, Who: e.Actor, What: describe.event(ctx, e)})
	}
	for _, kind := range []crmsync.JobKind{crmsync.JobImport, crmsync.JobMatch, crmsync.JobWriteback} {
		runs, err := h.store.Runs(ctx, string(kind), store.PageQuery{Limit: 3})
		if err != nil {
			return err
		}
		for _, r := range runs.Rows {
			if !r.EndedAt.IsZero() {
				o.Latest = append(o.Latest, LatestLine{At: r.EndedAt, Who: "engine", What: runLine(r)})
			}
		}
	}
	slices.SortStableFunc(o.Latest, func(a, b LatestLine) int { return b.At.Compare(a.At) })
	o.Latest = o.Latest[:min(len(o.Latest), latestLines)]
	return nil
}

// runLine says in a line how a run ended.
func runLine(r store.Run) string {
	line := r.Kind + " ended"
	switch r.State {
	case store.RunFailed:
		line = r.Kind + " failed"
	case store.RunPartial:
		line = r.Kind + " ended in part"
	case store.RunCancelled:
		line = r.Kind + " was stopped"
	case store.RunRunning, store.RunDone:
	}
	line += " after " + took(max(r.EndedAt.Sub(r.StartedAt), time.Millisecond)) + ", " + count(r.APICalls, "API call", "API calls")
	if r.ErrorCode != "" {
		line += " (" + r.ErrorCode + ")"
	}
	return line
}

func (h *liveHome) writebackOn(ctx context.Context, o *Overview) error {
	on, err := h.setting(ctx, crmsync.SettingWriteEnabled)
	o.WritebackOn = on == "true"
	return err
}

// setting reads one setting with its default.
func (l live) setting(ctx context.Context, key string) (string, error) {
	all, err := l.engine.Settings(ctx)
	if err != nil {
		return "", err
	}
	for _, s := range all {
		if s.Key == key {
			return s.Value, nil
		}
	}
	return "", nil
}
