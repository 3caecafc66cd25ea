package sync

// JobKind names a kind of work the engine does; it is the kind of the run row
// and the key of the schedule.
type JobKind string

// The kinds of work.
const (
	JobImport    JobKind = "import"    // import, then match run and the steps after it
	JobMatch     JobKind = "match"     // a match run alone
	JobWriteback JobKind = "writeback" // one writeback cycle
	JobTrial     JobKind = "trial"     // a rehearsal of writeback; never scheduled, its runs are kept for the history
)
