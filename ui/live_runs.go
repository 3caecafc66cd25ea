package ui

import (
	"context"

	crmsync "crmsync/sync"
)

// liveRuns reads the history of runs.
type liveRuns struct{ live }

// Page reads one page, the newest first.
func (r liveRuns) Page(ctx context.Context, seek Seek) (Page[crmsync.RunSummary], error) {
	p, err := r.engine.Runs(ctx, "", pageQuery(seek))
	if err != nil {
		return Page[crmsync.RunSummary]{}, err
	}
	return pageOf(p, seek, p.Rows), nil
}

// Run reads all of one run.
func (r liveRuns) Run(ctx context.Context, id string) (crmsync.RunDetails, error) {
	return r.engine.RunDetails(ctx, id)
}
