package sync

import (
	"context"

	"crmsync/sync/salesforce"
)

// jobPages is how many pages a bounded job reads at most: half a million rows.
const jobPages = 50

// readByID reads a window by jobs of a bounded number of rows, one after the
// other in the order of ids, from where an earlier run stopped. It is slower
// than one job, whose order is free, but it does not depend on how the stamps
// are spread: after a mass update millions have the same. Jobs that are still
// too large get smaller.
func (im *importing) readByID(ctx context.Context, r *reading, w window, part bool) error {
	r.ByID = true
	for limit := jobPages * im.engine.page; ; {
		soql, err := r.selection.Page(r.LastID, w.after, r.end(w), limit)
		if err != nil {
			return err
		}
		rows, err := im.readQuery(ctx, r, soql, part)
		switch {
		case salesforce.Classify(err) == salesforce.ActionSplit && limit > im.engine.page:
			limit = max(limit/4, im.engine.page)
		case err != nil:
			return err
		case rows < int64(limit):
			return nil
		}
	}
}
