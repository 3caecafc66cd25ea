// Until the other half of the package lands, this file stands for the four things
// this half calls there. It goes away with that landing.

package sync

import (
	"context"

	"crmsync/store"
)

type MatchOptions struct {
	Full bool
	Run  string
}
type MatchReport struct{}
type WritebackReport struct{}

func (e *Engine) Match(ctx context.Context, actor Actor, o MatchOptions) (MatchReport, error) {
	return MatchReport{}, nil
}
func (e *Engine) WritebackCycle(ctx context.Context, actor Actor) (WritebackReport, error) {
	return WritebackReport{}, nil
}
func (e *Engine) followRetargets(ctx context.Context, tx *store.Tx, moved []retarget) error {
	return nil
}

var writebackRestores = map[ActID]restore{}
