//go:build unix

package sync

import (
	"strconv"
	"strings"
	"syscall"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// The work of a process that does not move is told as silent, and that of one that was killed not at all: neither looks
// alive.
func TestProgressOfADeadProcess(t *testing.T) {
	s := stoppedImport(t, connected(t, orgsim.Config{Contacts: 90}), false)
	under, err := s.engine.UnderWay(t.Context())
	if err != nil || len(under) != 1 || !under[0].Silent || under[0].Job != JobImport {
		t.Fatalf("the process stands still: %+v, %v", under, err)
	}
	if pid := s.child.Process.Pid; !strings.HasSuffix(under[0].Owner, "/"+strconv.Itoa(pid)) {
		t.Errorf("process %d is told as %s", pid, under[0].Owner)
	}
	s.signal(syscall.SIGKILL)
	_ = s.child.Wait()
	status, err := s.engine.Status(t.Context())
	if err != nil || len(status.Running) != 0 || status.Engine != "" || status.LastImport == nil || status.LastImport.State != RunBroken {
		t.Errorf("the process was killed: %+v, %+v, %v", status, status.LastImport, err)
	}
	run, err := s.store.LastRun(t.Context(), string(JobImport))
	if err != nil || run.State != store.RunRunning {
		t.Errorf("only the next engine ends the run: %+v, %v", run, err)
	}
}
