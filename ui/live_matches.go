package ui

import (
	"context"
	"time"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// liveMatches reads and decides matches.
type liveMatches struct{ live }

// query says a filter in the store's terms; scores are compared as they are shown, in whole percents.
func (f MatchFilter) query() store.MatchQuery {
	const unit = store.ScoreUnit / 100
	q := store.MatchQuery{Object: f.Object, Text: f.Text}
	if f.State != "" {
		q.States = []store.MatchState{store.MatchState(f.State)}
	}
	if f.Reason != "" {
		q.Reasons, _ = crmsync.KeptReasons([]string{f.Reason}) // the console only knows reasons that there are
		if f.State == "" {
			q.States = crmsync.UnmatchedStates
		}
	}
	if f.Min > 0 {
		q.MinScore = int64(f.Min) * unit
	}
	if f.Max > 0 {
		q.MaxScore = min(int64(f.Max)*unit+unit-1, store.ScoreUnit)
	}
	return q
}

// Page reads one page, the best score first.
func (m liveMatches) Page(ctx context.Context, filter MatchFilter, seek Seek) (Page[Match], error) {
	connection, err := m.connection(ctx)
	if err != nil {
		return Page[Match]{}, err
	}
	if filter.Telling {
		return m.telling(ctx, filter, connection.InstanceURL)
	}
	q := filter.query()
	q.PageQuery = pageQuery(seek)
	read := func() (store.Page[store.MatchRow], error) { return m.store.Matches(ctx, q) }
	if q.Text != "" {
		all := read
		read = func() (store.Page[store.MatchRow], error) { return through(ctx, m.turn, all) }
	}
	p, err := read()
	if err != nil {
		return Page[Match]{}, err
	}
	return pageOf(p, seek, matchRows(p.Rows, connection.InstanceURL)), nil
}

// matchRows says rows of the store in the screens' terms.
func matchRows(from []store.MatchRow, instance string) []Match {
	rows := make([]Match, 0, len(from))
	for _, r := range from {
		rows = append(rows, Match{Record: r.RecordID, Object: r.Object, Name: r.RecordName, Company: r.RecordCompany, Member: r.MemberID, MemberName: r.MemberName,
			MemberCompany: r.MemberCompany, Score: percentOf(r.Score), State: string(r.State), Reason: r.Reason, Address: recordAddress(instance, r.Object, r.RecordID)})
	}
	return rows
}

// telling reads the queue of telling pairs, which is one page.
func (m liveMatches) telling(ctx context.Context, filter MatchFilter, instance string) (Page[Match], error) {
	queue, err := m.engine.ReviewQueue(ctx, filter.Object, crmsync.QueueLength)
	rows := make([]store.MatchRow, len(queue))
	for i, pair := range queue {
		rows[i] = pair.MatchRow
	}
	return Page[Match]{Rows: matchRows(rows, instance)}, err
}

// Tune measures the thresholds of matching on what is known.
func (m liveMatches) Tune(ctx context.Context) (crmsync.TuneReport, error) {
	return m.engine.TuneMatching(ctx, m.actor, crmsync.TuneProposal{Pairs: 1})
}

// Count counts what the filter takes.
func (m liveMatches) Count(ctx context.Context, filter MatchFilter) (int64, error) {
	if filter.Telling {
		queue, err := m.engine.ReviewQueue(ctx, filter.Object, crmsync.QueueLength)
		return int64(len(queue)), err
	}
	return through(ctx, m.turn, func() (int64, error) { return m.store.CountMatchQuery(ctx, filter.query()) })
}

// Explain says why, and adds what the CRM holds on the record (S13).
func (m liveMatches) Explain(ctx context.Context, record string) (Explanation, error) {
	x, err := m.engine.Explain(ctx, m.actor, record)
	if err != nil {
		return Explanation{}, err
	}
	out := Explanation{Record: x.RecordID, Object: x.Object, Name: x.RecordName, Member: x.Member.ID, MemberName: x.Member.Name, State: x.State, Probability: x.Probability, RunnerUp: x.RunnerUpScore, LinkedFrom: x.LinkedFrom,
		Prior: x.Prior, Total: x.Total, Why: x.Why, Opportunities: int64(x.Opportunities)}
	for _, row := range x.Rows {
		other := row.Member
		if row.Field == "domain" && other != "" { // a domain is held against the company, not against a domain
			other = "company " + other
		}
		out.Rows = append(out.Rows, Evidence{Field: lowerFirst(row.Label), Level: row.Level, Record: row.Record, Other: other, Bits: row.Bits, Agree: agreementOf(row.Sides)})
	}
	for _, d := range x.Decisions {
		out.History = append(out.History, decisionLine(d))
	}
	for _, r := range x.Rivals {
		out.Rivals = append(out.Rivals, Rival{Record: r.RecordID, Name: r.Name, State: r.State, Score: percent(r.Score)})
	}
	out.Contact = contactFields(x.Contact)
	if x.Badge != nil {
		out.Address = x.Badge.Lightning
	}
	return out, nil
}

func agreementOf(sides string) Agreement {
	switch sides {
	case crmsync.SidesSame:
		return AgreeSame
	case crmsync.SidesAlike:
		return AgreeAlike
	case crmsync.SidesDiffer:
		return AgreeDiffer
	}
	return AgreeUnknown
}

func decisionLine(d crmsync.EarlierDecision) LatestLine {
	what := map[string]string{"accept": "accepted ", "override": "chose ", "reject": "rejected ", "no_match": "said: no match"}[d.What] + d.Member
	if d.Note != "" {
		what += ": “" + d.Note + "”"
	}
	if !d.Stands {
		what += " (taken back)"
	}
	return LatestLine{At: d.At, Who: d.Who, What: what}
}

func contactFields(fields []crmsync.ContactField) (out []Field) {
	for _, f := range fields {
		out = append(out, Field{f.Name, f.Value})
	}
	return out
}

// contact is the contact information of the record in the CRM.
func (l live) contact(ctx context.Context, object, id string) []Field {
	record, err := l.store.Record(ctx, object, id)
	if err != nil {
		return nil // shown beside the evidence only; the evidence stands without it
	}
	return contactFields(crmsync.ContactInfo(record))
}

// Search searches the directory for a record's member.
func (m liveMatches) Search(ctx context.Context, record, text string) ([]Candidate, error) {
	hits, err := m.engine.SearchDirectory(ctx, m.actor, text, record)
	if err != nil {
		return nil, err
	}
	out := make([]Candidate, 0, len(hits))
	for _, h := range hits {
		c := Candidate{Member: h.MemberID, Name: h.Name, Company: h.Company, Title: h.Title, Why: h.Why, Score: percent(h.Probability)}
		if h.HolderID != "" && h.HolderID != record {
			c.Taken = h.Holder
		}
		out = append(out, c)
	}
	return out, nil
}

// Accept takes the match the record has or is suggested.
func (m liveMatches) Accept(ctx context.Context, seen Match, note string) (string, error) {
	return m.engine.AcceptSeen(ctx, m.actor, seen.Record, note, seen.asSeen())
}

// asSeen is how the engine knows that a match is still as it was on the screen.
func (r Match) asSeen() *crmsync.Seen {
	return &crmsync.Seen{MemberID: r.Member, State: store.MatchState(r.State)}
}

// Reject keeps the record and the member apart.
func (m liveMatches) Reject(ctx context.Context, seen Match, note string) (string, error) {
	return m.engine.RejectSeen(ctx, m.actor, seen.Record, seen.Member, note, seen.asSeen())
}

// DecideMarked accepts or rejects several.
func (m liveMatches) DecideMarked(ctx context.Context, seen []Match, accept bool) (crmsync.MarkedReport, error) {
	pairs := make([]crmsync.MarkedPair, len(seen))
	for i, r := range seen {
		pairs[i] = crmsync.MarkedPair{Record: r.Record, Seen: r.asSeen()}
	}
	return m.engine.DecideMarked(ctx, m.actor, pairs, !accept, "")
}

// Rematch gives the record another member.
func (m liveMatches) Rematch(ctx context.Context, record, member, note string) (string, error) {
	return m.engine.Rematch(ctx, m.actor, record, member, note)
}

// NoMatch says that the record is nobody in the network.
func (m liveMatches) NoMatch(ctx context.Context, record, note string) (string, error) {
	return m.engine.NoMatch(ctx, m.actor, record, note)
}

// PreviewBulk tells what a bulk acceptance would do.
func (m liveMatches) PreviewBulk(ctx context.Context, filter BulkFilter) (BulkPreview, error) {
	p, err := m.engine.PreviewBulk(ctx, m.actor, filter.engine())
	if err != nil {
		return BulkPreview{}, err
	}
	out := BulkPreview{Accept: int64(p.Count), Right: int64(p.Agreed), Judged: int64(p.Judged)}
	for i, b := range p.Bands {
		to := percent(b.To)
		if i > 0 {
			to--
		}
		out.Bands = append(out.Bands, BandCount{Letter: band(percent(b.From)), From: percent(b.From), To: to, Waiting: b.Count})
	}
	for _, r := range p.Sample {
		out.Sample = append(out.Sample, Match{Record: r.RecordID, Name: r.RecordName, Member: r.MemberID, MemberName: r.MemberName, Score: percent(r.Score)})
	}
	return out, nil
}

func (f BulkFilter) engine() crmsync.BulkFilter {
	return crmsync.BulkFilter{Object: f.Object, MinScore: float64(f.Min) / 100}
}

// AcceptBulk accepts everything at or above the score, as one act.
func (m liveMatches) AcceptBulk(ctx context.Context, filter BulkFilter) (int64, string, error) {
	report, err := m.engine.AcceptBulk(ctx, m.actor, filter.engine())
	return int64(report.Accepted), report.Event, err
}

// dayOf reads a date of the CRM, such as a close date; the zero time for none.
func dayOf(text string) time.Time {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}
	}
	return day
}
