package sync

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"crmsync/match"
	"crmsync/store"
)

// compare holds the outcomes against the hash that the run left, and against the matches that the store has now. Both come
// by record id.
func (r *replay) compare(ctx context.Context, result *match.Result) error {
	m := &matchRun{engine: r.engine, run: r.run}
	next, stop := iter.Pull2(m.keptRows(ctx, r.kind))
	defer stop()
	var sum int64
	row, err, more := next()
	for _, outcome := range result.Outcomes {
		for ; more && err == nil && row.RecordID < outcome.RecordID; row, err, more = next() {
			sum += row.Digest() // the record is gone: no run looks at it
		}
		if err != nil {
			return err
		}
		replayed := matchRow(outcome, store.ObjectOf(outcome.RecordID), result.Model.ID(), r.run.ID)
		sum += replayed.Digest()
		if !more || row.RecordID != outcome.RecordID {
			r.differs(store.Match{RecordID: outcome.RecordID}, replayed)
			continue
		}
		if row.Digest() != replayed.Digest() {
			r.differs(row, replayed)
		}
		row, err, more = next()
	}
	for ; more && err == nil; row, err, more = next() {
		sum += row.Digest()
	}
	r.report.Now = outcomeDigest(sum)
	r.report.Same = r.report.Now == r.report.Then
	return err
}

// differs notes a record for which the store says otherwise.
func (r *replay) differs(kept, replayed store.Match) {
	r.report.Differences++
	if len(r.report.Examples) < replayExamples {
		r.report.Examples = append(r.report.Examples, ReplayDifference{RecordID: replayed.RecordID, Kept: sideOf(kept), Replayed: sideOf(replayed), Why: r.why(kept, replayed)})
	}
}

func sideOf(row store.Match) ReplaySide {
	return ReplaySide{State: string(row.State), Reason: row.Reason, Member: row.MemberID, Score: asProbability(row.Score)}
}

// why says why the store says otherwise.
func (r *replay) why(kept, replayed store.Match) string {
	switch {
	case kept.State == "":
		return "the record came after the run"
	case kept.DecidedBy != "" && kept.State != replayed.State:
		return "decided by " + kept.DecidedBy
	case kept.ModelID != replayed.ModelID:
		return "a later run judged it with the model " + kept.ModelID
	case kept.RunID > r.run.ID:
		return "the later run " + kept.RunID + " judged it otherwise"
	case kept.MemberID == replayed.MemberID && kept.State == replayed.State:
		return "the same member, with other evidence"
	}
	return "the record, its member or one that competes with it changed, and no run has looked at it since"
}

// causes lists what changed since the run, and what follows from that.
func (r *replay) causes(ctx context.Context) error {
	r.report.Inputs = "not_kept"
	if r.counts.Inputs != "" {
		r.report.Inputs = "same"
		if r.read.String() != r.counts.Inputs {
			r.report.Inputs = "changed"
		}
	}
	if err := r.changedSince(ctx); err != nil {
		return err
	}
	add := func(isOne bool, format string, args ...any) {
		if isOne {
			r.report.Causes = append(r.report.Causes, fmt.Sprintf(format, args...))
		}
	}
	add(r.report.RecordsChanged > 0, "imports changed %d records since", r.report.RecordsChanged)
	add(r.report.MembersChanged > 0, "%d members came or changed since", r.report.MembersChanged)
	add(r.report.Decisions > 0, "people made or took back %d decisions since", r.report.Decisions)
	add(r.kept.KeyVersion != match.KeyVersion, "the run was made by a program with other blocking keys (%d, this one has %d)", r.kept.KeyVersion, match.KeyVersion)
	add(!r.report.Same && len(r.report.Causes) == 0 && r.report.Inputs == "changed", "records or members are other ones than the run read, and nothing tells which: they were changed or erased outside an import")
	add(!r.report.Same && len(r.report.Causes) == 0, "nothing that it read changed: the program that made it computed otherwise than this one")
	return nil
}

// changedMost bounds how many changes are counted.
const changedMost = 1_000_000

// changedSince counts what changed after the run began.
func (r *replay) changedSince(ctx context.Context) error {
	m := &matchRun{engine: r.engine, run: r.run, base: matchBase{run: r.run, report: r.kept, known: true}}
	records, err := m.changedRecords(ctx, r.kind, changedMost)
	if err != nil {
		return err
	}
	members, err := m.changedMembers(ctx, r.kind, changedMost)
	if err != nil {
		return err
	}
	decisions, err := r.engine.store.DecisionsChangedSince(ctx, r.run.StartedAt)
	if err != nil {
		return fmt.Errorf("read the decisions since: %w", err)
	}
	r.report.RecordsChanged, r.report.MembersChanged, r.report.Decisions = len(records), len(members), len(ofKind(r.kind, decisions))
	for _, object := range objectsOf(r.kind) {
		n, err := r.engine.store.CountMatchesChangedSince(ctx, object, r.run.EndedAt)
		if err != nil {
			return fmt.Errorf("count the matches that changed since: %w", err)
		}
		r.report.RowsChanged += n
	}
	slices.SortStableFunc(r.report.Examples, func(a, b ReplayDifference) int { return b.rank() - a.rank() })
	return nil
}

// rank orders differences: another member tells more than other evidence.
func (d ReplayDifference) rank() int {
	if d.Kept.Member != d.Replayed.Member {
		return 2
	}
	if d.Kept.State != d.Replayed.State {
		return 1
	}
	return 0
}
