package sync

import (
	"time"
)

// CheckState is the outcome of one check of the doctor.
type CheckState string

// The outcomes. A check is skipped when what it would ask is not reachable.
const (
	CheckOK   CheckState = "ok"
	CheckWarn CheckState = "warn"
	CheckFail CheckState = "fail"
	CheckSkip CheckState = "skip"
)

// Blocks says what a check that failed keeps from working.
type Blocks string

// What a check can block.
const (
	BlocksNothing    Blocks = "nothing"
	BlocksImport     Blocks = "import"
	BlocksWriteback  Blocks = "writeback"
	BlocksEverything Blocks = "everything"
)

// Check is one line of the doctor: what was looked at, how it stands, what it
// blocks when it failed, and the fix.
type Check struct {
	Name   string     `json:"name"`
	State  CheckState `json:"state"`
	Detail string     `json:"detail"`
	Blocks Blocks     `json:"blocks"` // "nothing" unless the check failed or warns
	Fix    string     `json:"fix,omitempty"`
}

// DoctorReport is what the pre-flight check of an org found.
type DoctorReport struct {
	OK       bool      `json:"ok"` // nothing failed
	Checked  time.Time `json:"checked"`
	Checks   []Check   `json:"checks"`
	APICalls int64     `json:"api_calls"`

	Fields []ObjectFields `json:"fields,omitempty"` // of the imported objects that the org described
}

// Allows tells whether nothing that failed blocks the given part.
func (r DoctorReport) Allows(part Blocks) bool {
	for _, check := range r.Checks {
		if check.State == CheckFail && (check.Blocks == part || check.Blocks == BlocksEverything) {
			return false
		}
	}
	return true
}

// Failed returns the checks that block the given part.
func (r DoctorReport) Failed(part Blocks) []Check {
	var failed []Check
	for _, check := range r.Checks {
		if check.State == CheckFail && (check.Blocks == part || check.Blocks == BlocksEverything) {
			failed = append(failed, check)
		}
	}
	return failed
}

func passed(name, detail string) Check {
	return Check{Name: name, State: CheckOK, Detail: detail, Blocks: BlocksNothing}
}

func warned(name, detail, fix string) Check {
	return Check{Name: name, State: CheckWarn, Detail: detail, Blocks: BlocksNothing, Fix: fix}
}

func failed(name, detail string, blocks Blocks, fix string) Check {
	return Check{Name: name, State: CheckFail, Detail: detail, Blocks: blocks, Fix: fix}
}

// untold is a check whose question the org did not answer: it is shown, and
// blocks nothing by itself.
func untold(name string, err error) Check {
	return Check{Name: name, State: CheckSkip, Detail: "could not be told: " + err.Error(), Blocks: BlocksNothing, Fix: HintOf(err)}
}
