package ui

import (
	"time"

	crmsync "crmsync/sync"
)

// progress follows the run that is under way, from the engine's events.
type progress struct {
	running bool
	job     crmsync.JobKind
	object  string
	step    string
	done    int64
	total   int64
	started time.Time
	since   time.Time // when the present object began
	last    time.Time
}

// follow takes one event in.
func (p *progress) follow(event crmsync.Event) {
	switch event.Kind {
	case crmsync.EventRunStarted:
		*p = progress{running: true, job: event.Job, started: event.At, since: event.At, last: event.At}
	case crmsync.EventProgress:
		if !p.running {
			*p = progress{running: true, job: event.Job, started: event.At, since: event.At}
		}
		if event.Object != p.object || event.Step != p.step {
			p.since = event.At
		}
		p.object, p.step, p.done, p.total, p.last = event.Object, event.Step, event.Done, event.Total, event.At
	case crmsync.EventRunEnded:
		*p = progress{}
	case crmsync.EventMatches, crmsync.EventOutbox, crmsync.EventConnection, crmsync.EventSettings, crmsync.EventSaves, crmsync.EventAudit:
	}
}

// share is how much of the present object is done, and whether that is known.
func (p *progress) share() (float64, bool) {
	if !p.running || p.total <= 0 {
		return 0, false
	}
	return min(1, float64(p.done)/float64(p.total)), true
}

// rate is rows a second and the time left, when there is enough to tell.
func (p *progress) rate() (perSecond float64, left time.Duration, ok bool) {
	passed := p.last.Sub(p.since).Seconds()
	if passed < 0.5 || p.done <= 0 {
		return 0, 0, false
	}
	perSecond = float64(p.done) / passed
	if p.total > p.done {
		left = time.Duration(float64(p.total-p.done) / perSecond * float64(time.Second))
	}
	return perSecond, left, true
}
