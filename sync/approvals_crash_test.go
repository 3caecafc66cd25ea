package sync

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// approvalOrderName is the environment variable that tells the approving child process what to do.
const approvalOrderName = "CRMSYNC_TEST_APPROVE"

type approvalOrder struct {
	Dir string
	Now time.Time
	IDs []string
}

// TestCrashApprovingChild is the process that approves, and is killed. It says when it begins and ends each.
func TestCrashApprovingChild(t *testing.T) {
	text := os.Getenv(approvalOrderName)
	if text == "" {
		t.Skip("runs as the child of the crash tests")
	}
	var order approvalOrder
	if err := json.Unmarshal([]byte(text), &order); err != nil {
		t.Fatal(err)
	}
	key := testKey()
	now := func() time.Time { return order.Now }
	opened, err := store.Open(t.Context(), store.Options{Dir: order.Dir, Key: &key, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := New(Options{Store: opened, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range order.IDs {
		fmt.Println("begins")
		if _, err := engine.Approve(t.Context(), Actor{Name: "bea", Role: RoleAdmin}, id); err != nil {
			t.Errorf("%v (%s)", err, CodeOf(err))
		}
		fmt.Println("ended")
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
}

// The process in which an admin approves is killed at any moment. What was proposed is then done with its event, or
// waits as if nothing had happened; a removal that was begun is gone on with. Approved again it is done, once.
func TestCrash_approval(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	s := fourEyes(writers(t, orgsim.Config{}))
	s.must(s.engine.SetSetting(t.Context(), s.admin, SettingDeleteOwn, "on"))
	cut := 0
	for range max(3, *crashRounds/4) {
		cut += s.crashRound()
	}
	if cut == 0 {
		t.Error("no kill cut an approval off")
	}
}

// crashRound proposes five acts, kills who approves them, looks, and approves the rest. It returns how many were left.
func (s second) crashRound() (left int) {
	s.t.Helper()
	ctx := s.t.Context()
	connection, err := s.store.Connection(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	notes := []string{s.add(KindNote, "one"), s.add(KindNote, "two"), s.add(KindNote, "three")}
	s.cycle()
	before, err := s.engine.settingsOf(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	var rows []store.Approval
	kinds := []Kind{KindMessage, KindInMail, KindCall}
	for _, kind := range kinds {
		_, err := s.engine.SetKindSwitch(ctx, s.admin, kind, !before.Bool(SettingKindKey(string(kind))))
		rows = append(rows, s.waits(err))
	}
	_, err = s.engine.RemoveWritten(ctx, s.admin, notes, connection.OrgName)
	rows = append(rows, s.waits(err))
	switches, _ := s.eventsOf(ActWritebackKind)

	s.killed(rows)
	flipped := 0
	for i, kind := range kinds {
		now, err := s.engine.settingsOf(ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		key := SettingKindKey(string(kind))
		is := before.Bool(key) != now.Bool(key)
		if state := s.state(rows[i].ID); is != (state == store.ApprovalDone) || !is && state != store.ApprovalWaiting {
			s.t.Fatalf("%s: changed %v, the proposal is %s", kind, is, state)
		}
		if is {
			flipped++
		}
	}
	if n, _ := s.eventsOf(ActWritebackKind); n != switches+flipped {
		s.t.Fatalf("%d switches changed, %d events", flipped, n-switches)
	}
	s.clock.Advance(resumeAfter)
	for _, row := range rows {
		if s.state(row.ID) == store.ApprovalDone {
			continue
		}
		left++
		if _, err := s.engine.Approve(ctx, s.bea, row.ID); err != nil {
			s.t.Fatalf("%s, %s: %v (%s)", row.Summary, s.state(row.ID), err, CodeOf(err))
		}
	}
	for _, note := range notes {
		s.wants(note, store.OutboxDropped)
	}
	if n, _ := s.eventsOf(ActWritebackKind); n != switches+len(kinds) {
		s.t.Fatalf("%d switches were done, of %d", n-switches, len(kinds))
	}
	return left
}

// killed approves in another process, and kills it while it is at one of them.
func (s second) killed(rows []store.Approval) {
	s.t.Helper()
	order := approvalOrder{Dir: s.store.Dir(), Now: s.clock.Now()}
	for _, row := range rows {
		order.IDs = append(order.IDs, row.ID)
	}
	text, err := json.Marshal(order)
	if err != nil {
		s.t.Fatal(err)
	}
	child := exec.CommandContext(s.t.Context(), os.Args[0], "-test.run", "^TestCrashApprovingChild$")
	child.Env = append(os.Environ(), approvalOrderName+"="+string(text))
	said, err := child.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		s.t.Fatal(err)
	}
	if deletions := rand.Int64N(4); deletions > 0 { // between two of the records that are removed
		next := s.front.now()
		var seen atomic.Int64
		s.front.set(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete && seen.Add(1) == deletions {
				_ = child.Process.Kill()
			}
			next.ServeHTTP(w, r)
		}))
		defer s.front.set(next)
		_, _ = io.Copy(io.Discard, said)
	} else { // at one of the acts
		lines := bufio.NewScanner(said)
		for range 1 + rand.IntN(2*len(rows)) {
			if !lines.Scan() {
				break
			}
		}
	}
	_ = child.Process.Kill()
	_ = child.Wait()
}
