package sync

import (
	"context"
	"hash/maphash"
	"slices"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// seenIDs remembers which records a whole reading brought, in eight bytes
// each. Two ids with one hash could keep a vanished record alive until the
// next reading, under another seed; none can make a live one vanish.
type seenIDs struct {
	seed   maphash.Seed
	column int // of Id
	hashes []uint64
	sorted bool
}

// mostRoom bounds what is set aside for ids on the org's word alone: 32 MiB.
const mostRoom = 4 << 20

// newSeenIDs makes room for about so many ids; there may be more.
func newSeenIDs(columns []string, about int64) *seenIDs {
	s := &seenIDs{seed: maphash.MakeSeed(), column: slices.Index(columns, "Id")}
	s.expect(about)
	return s
}

// expect makes room for about so many ids more.
func (s *seenIDs) expect(about int64) {
	s.hashes = slices.Grow(s.hashes, int(min(max(about, 0), mostRoom)))
}

func (s *seenIDs) add(page *pageBuffer) {
	s.sorted = false
	for id := range page.column(s.column) {
		s.hashes = append(s.hashes, maphash.Bytes(s.seed, id))
	}
}

// has tells whether a record was read.
func (s *seenIDs) has(id string) bool {
	if !s.sorted {
		slices.Sort(s.hashes)
		s.sorted = true
	}
	_, found := slices.BinarySearch(s.hashes, maphash.String(s.seed, id))
	return found
}

// codeVanished is the code of an object of which too many records vanished.
const codeVanished = "import.vanished"

// largestLoss is the share of an object's records that may vanish in a whole
// reading. More looks like lost access, which is no deletion.
const largestLoss = 0.2

// mayTombstone tells whether records that a whole reading did not bring are to
// be marked as deleted. Not after a resumed reading, which saw only its rest,
// and not when the user does not see all records (roles everybody sees).
func (im *importing) mayTombstone(ctx context.Context, r *reading) (bool, error) {
	if r.seen == nil || r.resumed || r.state.FullAt.IsZero() {
		return false, nil
	}
	if r.object.Name != "UserRole" {
		if sees, err := im.seesAll(ctx); err != nil || !sees {
			return false, err
		}
	}
	known, err := im.engine.store.CountRecords(ctx, r.object.Name)
	if err != nil {
		return false, err
	}
	missing := known - int64(len(r.seen.hashes))
	if missing > 10 && float64(missing) > largestLoss*float64(known) {
		return false, fault(codeVanished, "Check that the integration user still has View All on the object; if the records are really gone, purge and import again.",
			"%d of %d known records of %s were not there; nothing was marked as deleted", missing, known, r.object.Name)
	}
	return true, nil
}

// seesAll tells whether the integration user sees every record. Without that a
// record that is not shown may be there all the same.
func (im *importing) seesAll(ctx context.Context) (bool, error) {
	if im.sees != nil {
		return *im.sees, nil
	}
	states, err := im.client.Permissions(ctx, "PermissionsViewAllData", "PermissionsModifyAllData")
	if err != nil {
		return false, err
	}
	sees := states["PermissionsViewAllData"] == salesforce.PermissionGranted || states["PermissionsModifyAllData"] == salesforce.PermissionGranted
	im.sees = &sees
	return sees, nil
}

// replicationReach is how far back the org's deletion log goes.
const replicationReach = 15*24*time.Hour - time.Hour

// hardDeletes asks for records that left the recycle bin too: no window ever
// brings them. It comes before the window, so that what was undeleted since is
// live again when the window has been read.
func (im *importing) hardDeletes(ctx context.Context, r *reading, described *salesforce.Describe) error {
	if r.full || !described.Replicable || !r.selection.HasDeleted || r.state.Watermark.IsZero() {
		return nil
	}
	start := later(r.state.Watermark.Add(-salesforce.WindowOverlap), described.ServerTime.Add(-replicationReach)).Truncate(time.Minute)
	end := described.ServerTime.Truncate(time.Minute)
	if end.Sub(start) < 2*time.Minute {
		return nil
	}
	gone, err := im.client.Deleted(ctx, r.object.Name, start, end)
	if err != nil {
		return err
	}
	// An org that deletes much keeps its log for hours only, and it may lag: then
	// the number of records tells whether one is missing.
	r.logCut = gone.Earliest.After(start) || !gone.Covered.IsZero() && gone.Covered.Before(end.Add(-salesforce.WindowOverlap))
	if len(gone.Records) == 0 {
		return nil
	}
	ids := make([]string, len(gone.Records))
	for i, record := range gone.Records {
		ids[i] = record.ID
	}
	return im.engine.store.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Tombstone(r.object.Name, ids, im.run.ID)
		r.row.Deleted += n
		return err
	})
}

// readStages reads the stages of the sales process in their order (decision
// 8). An org that does not show OpportunityStage still has the picklist.
func (im *importing) readStages(ctx context.Context, described *salesforce.Describe) error {
	var rows []store.Stage
	stages, err := im.client.Stages(ctx)
	switch {
	case err == nil:
		for _, stage := range stages {
			if stage.Active {
				rows = append(rows, store.Stage{Name: stage.Name, Label: stage.Label, Order: stage.SortOrder, Closed: stage.IsClosed, Won: stage.IsWon})
			}
		}
	case salesforce.Classify(err) == salesforce.ActionAskAdmin:
		field, _ := described.Field("StageName")
		for i, value := range field.Picklist {
			rows = append(rows, store.Stage{Name: value.Value, Label: value.Label, Order: i + 1})
		}
	default:
		return err
	}
	return im.engine.store.Write(ctx, func(tx *store.Tx) error { return tx.PutStages(rows) })
}
