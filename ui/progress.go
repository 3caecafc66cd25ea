package ui

import (
	"slices"
	"time"

	crmsync "crmsync/sync"
)

// progress follows the runs that are under way, from the engine's events, and shows one of them: an import or a match
// run before writeback, and of these the one that began last.
type progress struct {
	followed
	runs []followed // all that are under way, in the order in which they began
}

// followed is one run that is under way.
type followed struct {
	running bool
	run     string
	job     crmsync.JobKind
	object  string
	step    string
	done    int64
	total   int64
	since   time.Time // when the present object and step began
	last    time.Time // the newest sign of life
	silent  bool      // the process that does it may be stuck
	paused  bool      // the schedule starts no more after it
}

// follow takes one event in.
func (p *progress) follow(event crmsync.Event) {
	switch event.Kind {
	case crmsync.EventRunStarted:
		p.drop(event)
		p.runs = append(p.runs, followed{running: true, run: event.Run, job: event.Job, since: event.At, last: event.At})
	case crmsync.EventProgress:
		p.runOf(event).take(event)
	case crmsync.EventRunEnded:
		p.drop(event)
	default:
		return
	}
	p.followed = p.shown()
}

// runOf is the run that a progress event is about; one that began before anybody listened begins here.
func (p *progress) runOf(event crmsync.Event) *followed {
	for i := range p.runs {
		if p.runs[i].run == event.Run {
			return &p.runs[i]
		}
	}
	p.runs = append(p.runs, followed{running: true, run: event.Run, since: event.At})
	return &p.runs[len(p.runs)-1]
}

// take moves a run on.
func (f *followed) take(event crmsync.Event) {
	if event.Object != f.object || event.Step != f.step {
		f.since = event.At
	}
	if !event.Since.IsZero() {
		f.since = event.Since
	}
	f.job, f.object, f.step, f.done, f.total, f.last = event.Job, event.Object, event.Step, event.Done, event.Total, event.At
	f.silent, f.paused = event.Silent, event.Paused
}

// drop takes a run out; of work that ended before its run had begun only the kind is told. What is part of an import
// ends with it.
func (p *progress) drop(event crmsync.Event) {
	p.runs = slices.DeleteFunc(p.runs, func(f followed) bool {
		return f.run == event.Run || event.Run == "" && f.job == event.Job || event.Job == crmsync.JobImport && f.job == crmsync.JobMatch
	})
}

// shown is the run to show, the zero value for none.
func (p *progress) shown() followed {
	var best followed
	for _, f := range p.runs {
		if !best.running || f.job != crmsync.JobWriteback || best.job == crmsync.JobWriteback {
			best = f
		}
	}
	return best
}

// share is how much of the present object is done, and whether that is known.
func (f *followed) share() (float64, bool) {
	if !f.running || f.total <= 0 {
		return 0, false
	}
	return min(1, float64(f.done)/float64(f.total)), true
}

// rate is rows a second and the time left, when there is enough to tell.
func (f *followed) rate() (perSecond float64, left time.Duration, ok bool) {
	passed := f.last.Sub(f.since).Seconds()
	if passed < 0.5 || f.done <= 0 || f.silent {
		return 0, 0, false
	}
	perSecond = float64(f.done) / passed
	if f.total > f.done {
		left = time.Duration(float64(f.total-f.done) / perSecond * float64(time.Second))
	}
	return perSecond, left, true
}
