package sync

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"crmsync/store"
)

// retarget is a record that another one stands for now: the loser of a merge
// and its survivor, a converted lead and its contact.
type retarget struct {
	Object, From string
	ToObject, To string
	Why          string // "merged" or "converted"
}

// The reasons a followed record's match carries.
const (
	reasonMerged    = "merged"
	reasonConverted = "converted"
)

// longestChain bounds how many merges in a row are followed.
const longestChain = 20

// follow moves what people decided about merged and converted records to the
// records that stand for them now (S122): decisions, the
// live match, and what waits to be written. Saves stay, since a save is the
// member's and S21 forbids to take it away.
func (im *importing) follow(ctx context.Context) error {
	some := make([]retarget, 0, followAtOnce)
	for m, err := range im.moved(ctx) {
		if err != nil {
			return fmt.Errorf("find merged and converted records: %w", err)
		}
		if some = append(some, m); len(some) == followAtOnce {
			if err := im.followSome(ctx, some); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	return im.followSome(ctx, some)
}

// followAtOnce bounds how many records are followed in one transaction: a first
// import brings every lead that was ever converted.
const followAtOnce = 5000

func (im *importing) followSome(ctx context.Context, moved []retarget) error {
	if len(moved) == 0 {
		return nil
	}
	e := im.engine
	err := e.store.Write(ctx, func(tx *store.Tx) error {
		for _, m := range moved {
			if err := e.moveJudged(tx, m, im.run.ID); err != nil {
				return err
			}
		}
		return e.followRetargets(ctx, tx, moved)
	})
	if err != nil {
		return fmt.Errorf("follow merged and converted records: %w", err)
	}
	e.publish(Event{Kind: EventMatches, Run: im.run.ID})
	return nil
}

// moved yields the records of this run that were merged away or converted, and
// those of runs before it that were cut off before they followed theirs: what
// such a run kept comes as unchanged now.
func (im *importing) moved(ctx context.Context) iter.Seq2[retarget, error] {
	return func(yield func(retarget, error) bool) {
		after, err := im.lastFollowed(ctx)
		if err != nil {
			yield(retarget{}, err)
			return
		}
		for _, object := range []string{"Account", "Contact", "Lead"} {
			for record, err := range im.engine.store.EachRecord(ctx, object, store.RecordFilter{Moved: true, AfterRun: after}) {
				m, ok := retargetOf(record)
				if err == nil && ok {
					m, err = im.engine.lastOf(ctx, m)
				}
				if (ok || err != nil) && !yield(m, err) {
					return
				}
			}
		}
	}
}

// lastFollowed is the newest run whose moved records were followed; "" is none. A
// run that ended well, or for a part of the objects, has followed its own.
func (im *importing) lastFollowed(ctx context.Context) (string, error) {
	last, err := im.engine.store.LastRun(ctx, string(JobImport), store.RunDone, store.RunPartial)
	if errors.Is(err, store.ErrNotFound) || err == nil && last.ID >= im.run.ID {
		return "", nil // a first import, or the clock was set back
	}
	return last.ID, err
}

func retargetOf(record store.Record) (retarget, bool) {
	switch {
	case record.Deleted && record.MasterID != "":
		return retarget{Object: record.Object, From: record.ID, ToObject: record.Object, To: record.MasterID, Why: reasonMerged}, true
	case record.Object == "Lead" && record.Get("IsConverted") == "true" && record.Get("ConvertedContactId") != "":
		return retarget{Object: "Lead", From: record.ID, ToObject: "Contact", To: record.Get("ConvertedContactId"), Why: reasonConverted}, true
	}
	return retarget{}, false
}

// lastOf follows a chain of merges to the record that is still there.
func (e *Engine) lastOf(ctx context.Context, m retarget) (retarget, error) {
	for range longestChain {
		record, err := e.store.Record(ctx, m.ToObject, m.To)
		if errors.Is(err, store.ErrNotFound) {
			return m, nil
		}
		if err != nil {
			return m, err
		}
		next, ok := retargetOf(record)
		if !ok {
			return m, nil
		}
		m.ToObject, m.To = next.ToObject, next.To
	}
	return m, nil
}

// moveJudged moves decisions and match of one record.
func (e *Engine) moveJudged(tx *store.Tx, m retarget, runID string) error {
	old, err := tx.Decisions(store.DecisionQuery{RecordID: m.From, Standing: true})
	if err != nil {
		return err
	}
	there, err := tx.Decisions(store.DecisionQuery{RecordID: m.To, Standing: true})
	if err != nil {
		return err
	}
	if err := e.moveDecisions(tx, m, old, there); err != nil {
		return err
	}
	return e.moveMatch(tx, m, runID, old, there)
}

// moveDecisions lets standing decisions hold for the new record, with the time at
// which they were made: as always the newest counts. Of two about one pair the
// newer stands alone, that of the new record if they are of one time.
func (e *Engine) moveDecisions(tx *store.Tx, m retarget, old, there []store.Decision) error {
	for _, decision := range old {
		if err := tx.EndDecision(decision.ID, EngineActor.Name); err != nil {
			return err
		}
		same := slices.IndexFunc(there, func(d store.Decision) bool { return d.MemberID == decision.MemberID })
		if same >= 0 && !decision.DecidedAt.After(there[same].DecidedAt) {
			continue
		}
		decision.ID, decision.RecordID, decision.MovedFrom = store.NewID(), m.To, m.From
		if same >= 0 {
			if err := tx.EndDecision(there[same].ID, decision.ID); err != nil {
				return err
			}
		}
		if err := tx.PutDecision(decision); err != nil {
			return err
		}
	}
	return nil
}

// newestAbout is when people last decided whether a record is a member: of which
// it is, that it is nobody, or that it is not this one. Zero is never.
func newestAbout(member string, decisions []store.Decision) time.Time {
	var last time.Time
	for _, d := range decisions {
		if (d.Verdict != store.VerdictReject || d.MemberID == member) && d.DecidedAt.After(last) {
			last = d.DecidedAt
		}
	}
	return last
}

// moveMatch ends the old record's match and, where it was live, gives it to the
// new record, if that one has none or people decided about the old one later. The
// next match run judges both again.
func (e *Engine) moveMatch(tx *store.Tx, m retarget, runID string, decided, there []store.Decision) error {
	old, err := tx.Match(m.From)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	ended := old
	ended.State, ended.Reason, ended.MemberID, ended.RunID, ended.ChangedAt = store.MatchNone, m.Why, "", runID, e.now().UTC()
	rows := []store.Match{ended}
	current, err := tx.Match(m.To)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	was, is := newestAbout(old.MemberID, decided), newestAbout(old.MemberID, there)
	if old.State.Live() && (was.After(is) || is.IsZero() && !current.State.Live()) {
		heir := old
		heir.RecordID, heir.Object, heir.RunID, heir.ChangedAt, heir.Version = m.To, m.ToObject, runID, e.now().UTC(), current.Version
		heir.Reason = m.Why
		rows = append(rows, heir)
	}
	return putDecided(tx, rows)
}
