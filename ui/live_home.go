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
	counted map[string]counted // by object
}

// RunNow asks for a job; without a running engine it is done here, and ended is true.
func (h *liveHome) RunNow(ctx context.Context, job crmsync.JobKind) (ended bool, err error) {
	outcome, err := h.engine.Request(ctx, h.actor, job, nil, false)
	return err == nil && !outcome.Handed, err
}

// StopRun stops the import or the match run under way.
func (h *liveHome) StopRun(ctx context.Context, job crmsync.JobKind) (string, error) {
	return h.engine.StopRun(ctx, h.actor, job)
}

// Pause lets the schedule start no more of a kind of work.
func (h *liveHome) Pause(ctx context.Context, job crmsync.JobKind) (string, error) {
	return h.engine.Pause(ctx, h.actor, job)
}

// Resume lets the schedule start it again.
func (h *liveHome) Resume(ctx context.Context, job crmsync.JobKind) (string, error) {
	return h.engine.Resume(ctx, h.actor, job)
}

// Overview reads what Home and the header show.
func (h *liveHome) Overview(ctx context.Context) (Overview, error) {
	status, err := h.engine.Status(ctx)
	if err != nil {
		return Overview{}, err
	}
	o := Overview{Org: hostOf(status.Instance), Instance: status.Instance, Connected: connectedOf(status.Connection), SyncedAt: status.LastSync, EngineAway: status.Engine == "" && status.Connection == string(store.Connected),
		Review: status.Matches[string(store.MatchReview)], Failed: status.Outbox[string(store.OutboxFailed)], Unassigned: status.Outbox[string(store.OutboxUnassigned)],
		APIUsed: status.APIUsed, APIMax: status.APIMax}
	if a := status.Allowance; a != nil {
		o.APIImport, o.APIDay = int64(status.ImportCalls), a.NextDay
	}
	for _, job := range status.Schedule {
		switch job.Kind {
		case crmsync.JobImport:
			o.SyncEvery, o.ImportsPaused = job.Every, job.Paused
			if !job.Paused {
				o.NextSync = job.Next
			}
		case crmsync.JobWriteback:
			o.WritebackPaused = job.Paused
		default:
		}
	}
	o.Alarms = status.Alarms
	if status.Grace != nil {
		o.Refused = refused(*status.Grace, h.store.Now().Local())
	}
	o.Budget = status.Budget.Problem()
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
	if err := h.run(ctx, &o, status.LastImport); err != nil {
		return Overview{}, err
	}
	for _, part := range []func(context.Context, *Overview) error{h.seats, h.activity, h.latest, h.writebackOn, h.secondAdmin} {
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
func (h *liveHome) run(ctx context.Context, o *Overview, last *crmsync.RunLine) error {
	run, err := h.store.LastRun(ctx, string(crmsync.JobImport))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	broken := last != nil && last.ID == run.ID && last.State == crmsync.RunBroken
	o.Run = ImportRun{ID: run.ID, Running: run.State == store.RunRunning && !broken, Broken: broken, Started: run.StartedAt, Ended: run.EndedAt}
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
		part := store.RunObject{}
		if at := slices.IndexFunc(parts, func(p store.RunObject) bool { return p.Object == object.Name }); at >= 0 {
			part = parts[at]
		}
		records, err := h.count(ctx, run, object.Name, part, matches[object.Name])
		if err != nil {
			return err
		}
		row := runObject(object.Name, o.Run.Running, part, records, matches[object.Name])
		if row.Matched >= 0 {
			tallies, err := h.store.MatchTallies(ctx, object.Name)
			if err != nil {
				return err
			}
			stats := crmsync.MatchStats(tallies)
			row.Apart = int64(stats.Duplicates + stats.Excluded)
		}
		o.Run.Objects = append(o.Run.Objects, row)
	}
	return nil
}

// counted is the number of records of an object, and what it was counted after.
type counted struct {
	after string
	n     int64
}

// count is the number of records of an object. What the matcher has seen it has counted already. While an object is
// read, its records are those from before together with the new ones: they are counted once, when it is read.
func (h *liveHome) count(ctx context.Context, run store.Run, object string, part store.RunObject, states map[store.MatchState]int64) (int64, error) {
	if len(states) > 0 {
		sum := int64(0)
		for _, n := range states {
			sum += n
		}
		return sum, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	known, is := h.counted[object]
	if part.State == store.RunRunning && run.State == store.RunRunning {
		return known.n + part.Inserted, nil
	}
	after := run.ID + string(run.State) + string(part.State)
	if is && known.after == after {
		return known.n, nil
	}
	n, err := h.store.CountRecords(ctx, object)
	if err == nil {
		h.counted[object] = counted{after, n}
	}
	return n, err
}

// runObject joins what a run did with an object and what is known of the object now.
func runObject(object string, running bool, part store.RunObject, records int64, states map[store.MatchState]int64) RunObject {
	out := RunObject{Object: object, Records: records, Matched: -1, State: StateOff, Word: "not read"}
	if running {
		out.Word = "waits"
	}
	if len(states) > 0 {
		out.Matched = states[store.MatchAuto] + states[store.MatchAccepted] + states[store.MatchOverridden]
	}
	if part.Object == "" {
		return out
	}
	out.New, out.Changed, out.Removed, out.APICalls, out.Took = part.Inserted, part.Updated, part.Deleted, part.APICalls, part.Took
	switch part.State {
	case store.RunDone:
		out.State, out.Word = StateGood, "done"
	case store.RunRunning:
		out.State, out.Word = StateRun, "reading"
		if !running { // whoever ended the run could not end this
			out.State, out.Word = StateWarn, "broken off"
		}
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
