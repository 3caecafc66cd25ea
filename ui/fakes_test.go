package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	crmsync "crmsync/sync"
)

// testNow is the moment every frame is drawn at.
var testNow = time.Date(2026, 11, 22, 10, 46, 2, 0, time.UTC)

// world is a fake of every service over invented rows; its zero value answers with nothing.
type world struct {
	overview Overview
	matches  []Match
	explain  map[string]Explanation
	hits     []Candidate
	users    []User
	outbox   []OutboxItem
	people   []OptedPerson
	opps     []Opportunity
	saves    []Save
	settings []Setting
	audit    []AuditEvent
	doctor   Doctor
	conn     Connection
	types    WritebackTypes
	mine     Mine
	network  []NetworkRow
	members  map[string]Member
	roles    []crmsync.RoleNode
	licences crmsync.LicenceInventory
	plan     crmsync.LicencePlan
	records  []RecordHit
	retries  RetryPreview
	shadows  []ShadowItem
	shadowed crmsync.ShadowSummary
	trial    TrialPlan
	result   TrialResult
	stales   []StaleSave
	proposed []Approval
	runs     []crmsync.RunDetails
	findings []string // of a verification
	roi      crmsync.ROIReport
	consent  crmsync.ROIConsent
	roiErr   error // every ROI read fails with it
	files    map[string]*bytes.Buffer
	late     error               // every acceptance fails with it
	err      error               // every read fails with it
	texts    func(string) string // changes the texts of rows that are made when they are asked for; nil: as they are
	did      []string            // acts performed, in order
}

func (w *world) note(format string, args ...any) (string, error) {
	if w.err != nil {
		return "", w.err
	}
	w.did = append(w.did, fmt.Sprintf(format, args...))
	return "audit-" + strconv.Itoa(len(w.did)), nil
}

type fakeFile struct{ *bytes.Buffer }

func (fakeFile) Close() error { return nil }

// Create keeps a file in memory.
func (w *world) Create(name string) (io.WriteCloser, string, error) {
	if w.files == nil {
		w.files = map[string]*bytes.Buffer{}
	}
	w.files[name] = &bytes.Buffer{}
	return fakeFile{w.files[name]}, "/home/ana/" + name, w.err
}

// services gives the fakes out as the console takes them.
func (w *world) services() Services {
	return Services{Home: homeFake{w}, Connect: connectFake{w}, Matches: matchFake{w}, Users: userFake{w}, Writeback: writebackFake{w},
		Saves: saveFake{w}, Settings: settingFake{w}, Access: accessFake{w}, ROI: roiFake{w}, Audit: auditFake{w}, Approvals: approvalFake{w}, Runs: runFake{w}, Person: personFake{w}, Setup: setupFake{w}, Upkeep: upkeepFake{w}, Mine: mineFake{w}, Network: networkFake{w}, Files: w}
}

// paged serves rows by keyset: the cursor is the row's position.
func paged[T any](rows []T, seek Seek) (Page[T], error) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(row T) bool { return !standsIn(seek.Text, fmt.Sprint(row)) })
	from, to := 0, 0
	at := func() int { n, _ := strconv.Atoi(seek.Cursor); return n }
	switch seek.Edge {
	case First:
		to = min(len(rows), seek.Limit)
	case Last:
		from, to = max(0, len(rows)-seek.Limit), len(rows)
	case After:
		from = at() + 1
		to = min(len(rows), from+seek.Limit)
	case Before:
		to = at()
		from = max(0, to-seek.Limit)
	}
	page := Page[T]{Rows: slices.Clone(rows[from:to])}
	if from > 0 {
		page.Prior = strconv.Itoa(from)
	}
	if to < len(rows) {
		page.After = strconv.Itoa(to - 1)
	}
	return page, nil
}

type homeFake struct{ *world }

func (f homeFake) Overview(context.Context) (Overview, error) { return f.overview, f.err }

func (f homeFake) StopRun(_ context.Context, job crmsync.JobKind) (string, error) {
	return f.note("stop %s", job)
}

func (f homeFake) Pause(_ context.Context, job crmsync.JobKind) (string, error) {
	return f.note("pause %s", job)
}

func (f homeFake) Resume(_ context.Context, job crmsync.JobKind) (string, error) {
	return f.note("resume %s", job)
}

type connectFake struct{ *world }

func (f connectFake) Connection(context.Context) (Connection, error) { return f.conn, f.err }
func (f connectFake) Doctor(context.Context) (Doctor, error)         { return f.doctor, f.err }
func (f connectFake) Disconnect(context.Context) error               { _, err := f.note("disconnect"); return err }
func (f connectFake) PurgePlan(context.Context) (PurgePlan, error) {
	return PurgePlan{OrgName: f.conn.OrgName, Unsent: 13, Written: 9318, Items: []PurgeItem{{"CRM records of seven objects", 1502640, ""}, {"Matches and decisions", 645211, ""}, {"Outbox", 57, ""}, {"Audit trail", -1, "who did what, no values"}}}, f.err
}
func (f connectFake) Purge(_ context.Context, typed string) (PurgeReceipt, error) {
	id, err := f.note("purge %s", typed)
	return PurgeReceipt{Org: typed, By: "ana", Audit: id, At: testNow, Revoked: true, Removed: []PurgeItem{{"crm_contact", 612480, ""}}, FilesRead: 4, Looked: 35, Key: "S0VZ"}, err
}
func (f connectFake) Decisions(_ context.Context, each func([]string) error) error {
	return each([]string{"d-1", "0035g0000000000001", "p-1", "accept", "ana", hostile[7], "91", "2026-11-22T08:00:00Z", "", ""})
}
func (f connectFake) SignIn(_ context.Context, in SignIn) (PendingSignIn, error) {
	_, err := f.note(map[bool]string{false: "sign in at %s", true: "sign in again at %s"}[in.Again], in.LoginHost)
	return &pendingFake{world: f.world, done: make(chan struct{})}, err
}

type pendingFake struct {
	*world
	done chan struct{}
}

func (p *pendingFake) Address() string {
	return "https://login.salesforce.com/services/oauth2/authorize?response_type=code&client_id=3MVG9&code_challenge=abc&state=xyz"
}
func (p *pendingFake) Port() int { return 14711 }
func (p *pendingFake) Wait(ctx context.Context) error {
	select {
	case <-p.done:
		p.conn.State = ConnectedYes
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func (p *pendingFake) Paste(_ context.Context, address string) error {
	if !strings.Contains(address, "code=") {
		return errors.New("the address has no code")
	}
	p.conn.State = ConnectedYes
	return nil
}
func (p *pendingFake) Close() error { return nil }

type matchFake struct{ *world }

func (f matchFake) filtered(filter MatchFilter) []Match {
	var out []Match
	for _, m := range f.matches {
		if (filter.Object == "" || m.Object == filter.Object) && (filter.State == "" || m.State == filter.State) && (filter.Reason == "" || m.Reason == filter.Reason) &&
			m.Score >= filter.Min && (filter.Max == 0 || m.Score <= filter.Max) && strings.Contains(strings.ToLower(m.Name+m.Company), strings.ToLower(filter.Text)) {
			out = append(out, m)
		}
	}
	if filter.Telling {
		out = out[:min(len(out), crmsync.QueueLength)]
	}
	return out
}
func (f matchFake) Page(_ context.Context, filter MatchFilter, seek Seek) (Page[Match], error) {
	if f.err != nil {
		return Page[Match]{}, f.err
	}
	return paged(f.filtered(filter), seek)
}
func (f matchFake) Count(_ context.Context, filter MatchFilter) (int64, error) {
	return int64(len(f.filtered(filter))), f.err
}
func (f matchFake) Explain(_ context.Context, record string) (Explanation, error) {
	x, ok := f.explain[record]
	if !ok {
		return Explanation{}, errors.New("no evidence was kept for " + record)
	}
	return x, f.err
}
func (f matchFake) Search(context.Context, string, string) ([]Candidate, error) { return f.hits, f.err }
func (f matchFake) Records(context.Context, bool, string, string) ([]RecordHit, error) {
	return f.records, f.err
}
func (f matchFake) Accept(_ context.Context, seen Match, note string) (string, error) {
	if f.late != nil {
		return "", f.late
	}
	return f.note("accept %s%s", seen.Record, because(note))
}
func (f matchFake) DecideMarked(ctx context.Context, seen []Match, accept bool) (report crmsync.MarkedReport, err error) {
	for _, r := range seen {
		decide := f.Reject
		if accept {
			decide = f.Accept
		}
		event, err := decide(ctx, r, "")
		if err != nil {
			return report, err
		}
		report.Records, report.Events = append(report.Records, r.Record), append(report.Events, event)
	}
	return report, nil
}
func (f matchFake) Reject(_ context.Context, seen Match, note string) (string, error) {
	return f.note("reject %s %s%s", seen.Record, seen.Member, because(note))
}

// because is how a note stands in what was done.
func because(note string) string {
	if note == "" {
		return ""
	}
	return " because " + note
}
func (f matchFake) Rematch(_ context.Context, record, member, note string) (string, error) {
	return f.note("rematch %s %s %q", record, member, note)
}
func (f matchFake) NoMatch(_ context.Context, record, note string) (string, error) {
	return f.note("none %s %q", record, note)
}
func (f matchFake) PreviewBulk(_ context.Context, filter BulkFilter) (BulkPreview, error) {
	p := BulkPreview{Right: 1020, Judged: 1024}
	for _, b := range []BandCount{{"A", 95, 100, 0}, {"B", 85, 94, 0}, {"C", 70, 84, 0}, {"D", 20, 69, 0}} {
		for _, m := range f.filtered(MatchFilter{Object: filter.Object, State: "review"}) {
			if m.Score >= b.From && m.Score <= b.To {
				b.Waiting++
			}
		}
		p.Bands = append(p.Bands, b)
	}
	p.Sample = f.filtered(MatchFilter{Object: filter.Object, State: "review", Min: filter.Min})
	p.Accept = int64(len(p.Sample))
	p.Sample = p.Sample[:min(20, len(p.Sample))]
	return p, f.err
}
func (f matchFake) AcceptBulk(_ context.Context, filter BulkFilter) (int64, string, error) {
	id, err := f.note("bulk %s %d", filter.Object, filter.Min)
	return 2, id, err
}

func (f matchFake) Tune(context.Context) (crmsync.TuneReport, error) {
	var report crmsync.TuneReport
	if len(f.matches) == 0 {
		return report, f.err
	}
	report.Decided, report.ByID = 212, 40
	for _, threshold := range []*crmsync.TuneThreshold{&report.Accept, &report.Review} {
		threshold.Labels, threshold.Current.Threshold = 252, .95
		for i, at := range []float64{.2, .5, .7, .84, .9, .95, .99} {
			point := crmsync.TunePoint{Threshold: at, Links: 2000 - 100*i, Precision: .86 + .02*float64(i), Low: .84 + .02*float64(i), High: min(1, .9+.02*float64(i)), Recall: .99 - .03*float64(i), F1: .93, Expected: .97}
			switch {
			case at < .95:
				point.Gained, point.Broken = 312-50*i, 27.4-5*float64(i)
			case at > .95:
				point.Lost = 104
			}
			threshold.Curve = append(threshold.Curve, point)
		}
	}
	return report, f.err
}

type userFake struct{ *world }

func (f userFake) Page(_ context.Context, _ UserFilter, seek Seek) (Page[User], error) {
	if f.err != nil {
		return Page[User]{}, f.err
	}
	return paged(f.users, seek)
}
func (f userFake) Count(context.Context, UserFilter) (int64, error) {
	return int64(len(f.users)), f.err
}
func (f userFake) Allow(_ context.Context, seat string, save, write bool) (string, error) {
	return f.note("allow %s %v %v", seat, save, write)
}
func (f userFake) Edit(_ context.Context, seat string, edit crmsync.SeatEdit) (string, error) {
	return f.note("edit %s: name %v, profile %q", seat, edit.Name != nil, *edit.ProfileURL)
}
func (f userFake) Pin(_ context.Context, seat, user string) (string, error) {
	return f.note("pin %s %s", seat, user)
}

func (f userFake) Roles(context.Context) ([]crmsync.RoleNode, error) { return f.roles, f.err }
func (f userFake) Licences(context.Context) (crmsync.LicenceInventory, error) {
	return f.licences, f.err
}
func (f userFake) PlanLicences(_ context.Context, choice crmsync.LicenceChoice) (crmsync.LicencePlan, error) {
	f.plan.Choice = choice
	return f.plan, f.err
}
func (f userFake) ApplyLicences(_ context.Context, plan crmsync.LicencePlan) (string, error) {
	return f.note("licences %v only=%v inactive=%v", plan.Choice.Roles, plan.Choice.Only, plan.Choice.DropInactive)
}

type saveFake struct{ *world }

func (f saveFake) Rule(context.Context) (SaveRule, error) {
	return SaveRule{On: true, FromStage: "Qualification", LastRun: "last run 10:42: 38 saves"}, f.err
}
func (f saveFake) Totals(context.Context) (string, error) {
	return "12 on the list, worth EUR 4,200,000, USD 70,000", f.err
}
func (f saveFake) Page(_ context.Context, seek Seek) (Page[Opportunity], error) {
	if f.err != nil {
		return Page[Opportunity]{}, f.err
	}
	return paged(f.opps, seek)
}
func (f saveFake) Count(context.Context) (int64, error)          { return int64(len(f.opps)), f.err }
func (f saveFake) Saves(context.Context, string) ([]Save, error) { return f.saves, f.err }
func (f saveFake) Remove(_ context.Context, id string) (string, error) {
	return f.note("unsave %s", id)
}

func (f saveFake) Stale(_ context.Context, seek Seek) (Page[StaleSave], error) {
	if f.err != nil {
		return Page[StaleSave]{}, f.err
	}
	return paged(f.stales, seek)
}
func (f saveFake) CountStale(context.Context) (int64, error) { return int64(len(f.stales)), f.err }
func (f saveFake) Clean(context.Context) (string, error)     { return f.note("clean up saves") }

type settingFake struct{ *world }

func (f settingFake) Settings(context.Context) ([]Setting, error) { return f.settings, f.err }
func (f settingFake) Preview(_ context.Context, key, value string) ([]string, error) {
	return []string{"opportunities on the list: 12 now, 7 then", hostile[7] + " goes"}, f.err
}
func (f settingFake) Set(_ context.Context, key, value string, seen *string) (string, error) {
	if seen == nil {
		return f.note("set %s %s", key, value)
	}
	return f.note("set %s %s, seen %s", key, value, *seen)
}

type auditFake struct{ *world }

func (f auditFake) Page(_ context.Context, _ AuditFilter, seek Seek) (Page[AuditEvent], error) {
	if f.err != nil {
		return Page[AuditEvent]{}, f.err
	}
	return paged(f.audit, seek)
}
func (f auditFake) Count(context.Context, AuditFilter) (int64, error) {
	return int64(len(f.audit)), f.err
}
func (f auditFake) Undo(_ context.Context, id string) (string, error) { return f.note("undo %s", id) }
func (f auditFake) UndoLast(context.Context) (string, error)          { return f.note("undo last") }

type mineFake struct{ *world }

func (f mineFake) Mine(context.Context) (Mine, error) { return f.mine, f.err }
func (f mineFake) OptIn(_ context.Context, kind string, on bool) (string, error) {
	return f.note("opt in %s %v", kind, on)
}
func (f mineFake) Hold(_ context.Context, id string) (string, error) {
	return f.note("hold mine %s", id)
}
func (f mineFake) Release(_ context.Context, id string) (string, error) {
	return f.note("release mine %s", id)
}
func (f mineFake) ReadAlerts(context.Context) (string, error) { return f.note("read alerts") }

// admin is who most tests act as.
func admin() crmsync.Actor {
	return crmsync.Actor{Name: "ana", Role: crmsync.RoleAdmin, Seat: "seat-1", Via: "console"}
}
