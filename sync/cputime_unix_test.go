//go:build unix

package sync

import (
	"syscall"
	"time"
)

// cpuTime is the processor time that this process has used: what a benchmark costs on a machine that is busy with others.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
