package sync

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"crmsync/match"
	"crmsync/store"
)

// matchBase is what the last match run that ended well left for the next one to go on from.
type matchBase struct {
	run    store.Run
	report MatchReport
	known  bool // there was one, and the keys and claims in the store are those of this program
	newest bool // no match run began since: one that broke off has replaced keys, perhaps, but no matches
}

// matchBase reads what the last match run left.
func (e *Engine) matchBase(ctx context.Context) (matchBase, error) {
	done, err := e.store.LastRun(ctx, string(JobMatch), store.RunDone)
	if ignoreNotFound(err) != nil {
		return matchBase{}, fmt.Errorf("read the last match run: %w", err)
	}
	if err != nil {
		return matchBase{}, nil
	}
	base := matchBase{run: done}
	if err := json.Unmarshal([]byte(done.Summary), &base.report); err != nil {
		e.log.Warn("the report of the last match run cannot be read; everything is matched anew", "run", done.ID, "error", err)
		return matchBase{}, nil
	}
	if base.known, err = e.hasKeys(ctx); err != nil {
		return matchBase{}, fmt.Errorf("look for the keys of the last match run: %w", err)
	}
	base.known = base.known && base.report.KeyVersion == match.KeyVersion && base.report.Claims == claimVersion
	newest, err := e.store.LastRun(ctx, string(JobMatch))
	if err != nil {
		return matchBase{}, fmt.Errorf("read the newest match run: %w", err)
	}
	base.newest = newest.ID == done.ID
	return base, nil
}

// counts are the last run's, of one kind.
func (b matchBase) counts(kind match.Kind) MatchCounts {
	if kind == match.Company {
		return b.report.Companies
	}
	return b.report.People
}

// since is the time from which members may have changed unseen; zero for all members.
func (b matchBase) since() time.Time {
	if !b.known {
		return time.Time{}
	}
	return b.run.StartedAt
}

// recentImports is how many import runs are looked at for one that overlapped a match run.
const recentImports = 50

// firstRun is the oldest import run whose records the last match run may not have seen whole, or, if there is none, a
// bound for all runs to come. The import that the match run was part of had read everything when that began.
func (e *Engine) firstRun(ctx context.Context, base matchBase) (string, error) {
	if !base.known {
		return "", nil
	}
	page, err := e.store.Runs(ctx, string(JobImport), store.PageQuery{Limit: recentImports})
	if err != nil {
		return "", fmt.Errorf("read the import runs: %w", err)
	}
	first := base.run.ID
	for _, run := range page.Rows {
		overlaps := run.EndedAt.IsZero() || !run.EndedAt.Before(base.run.StartedAt)
		if overlaps && run.ID != base.report.Import {
			first = min(first, run.ID)
		}
	}
	return first, nil
}
