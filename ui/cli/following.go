package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/charmbracelet/x/ansi"

	crmsync "crmsync/sync"
)

// request asks the engine for work. Somebody who waits for its end at a terminal sees meanwhile how far it is, whichever
// process does it.
func (a *app) request(ctx context.Context, s *session, job crmsync.JobKind, options any, wait bool) (crmsync.Outcome, error) {
	if !wait || a.json || !isTerminal(a.stderr) {
		return s.engine.Request(ctx, s.actor, job, options, wait)
	}
	following, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	tick := time.NewTicker(time.Second)
	go func() {
		defer close(ended)
		follow(following, a.stderr, columnsOf(a.stderr), tick.C, s.engine.UnderWay)
	}()
	outcome, err := s.engine.Request(ctx, s.actor, job, options, wait)
	tick.Stop()
	stop()
	<-ended
	return outcome, err
}

// eraseLine goes to the begin of a terminal's line and clears it.
const eraseLine = "\r\x1b[K"

// follow draws at each tick, over one line, what is under way, and clears the line when ctx ends. What cannot be read is
// not shown: the work itself tells what is wrong.
func follow(ctx context.Context, w io.Writer, columns int, tick <-chan time.Time, underWay func(context.Context) ([]crmsync.Progress, error)) {
	drawn := false
	for {
		select {
		case <-ctx.Done():
			if drawn {
				fmt.Fprint(w, eraseLine)
			}
			return
		case <-tick:
		}
		works, err := underWay(ctx)
		if err != nil || len(works) == 0 {
			continue
		}
		drawn = true
		fmt.Fprint(w, eraseLine+ansi.Truncate(printable(runningLine(works[0])), columns-1, "…"))
	}
}
