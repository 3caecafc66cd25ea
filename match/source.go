package match

import (
	"context"
	"iter"
)

// Source serves an incremental run what a full run would have in memory. The
// order of what it yields does not matter.
type Source interface {
	// RecordsByID yields the records with these ids. Ids that are gone are
	// skipped, which tells the run that the record was deleted.
	RecordsByID(ctx context.Context, ids []string) iter.Seq2[Record, error]
	// MembersByID yields the members with these ids and skips those gone.
	MembersByID(ctx context.Context, ids []string) iter.Seq2[Member, error]
	// MembersByKey yields every member that has one of the keys (MemberKeys).
	MembersByKey(ctx context.Context, keys []uint64) iter.Seq2[Member, error]
	// RecordIDsByKey yields the id of every record that has one of the keys
	// (Keys).
	RecordIDsByKey(ctx context.Context, keys []uint64) iter.Seq2[string, error]
	// Claims yields all claims (Outcome.Claims) that the last run left of these
	// records, and those of all records on these members.
	Claims(ctx context.Context, recordIDs, memberIDs []string) iter.Seq2[Claim, error]
	// Outcomes yields the last outcomes of these records. Their standing is not
	// needed.
	Outcomes(ctx context.Context, recordIDs []string) iter.Seq2[Outcome, error]
	// Decisions returns the decisions that name one of these records or members.
	Decisions(ctx context.Context, recordIDs, memberIDs []string) ([]Decision, error)
}

// Change is what happened since the last run. Deleted records and members are
// named here too; the source no longer knows them.
type Change struct {
	// Records that are new, changed or deleted, that a decision came or went on,
	// or whose outcome is not the one that the last run gave.
	Records []string
	Members []string // new, changed or deleted
	// Keys that changed or deleted members had before (MemberKeys).
	Keys []uint64
}
