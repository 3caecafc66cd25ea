package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

func TestWriteKeepsAllOrNothing(t *testing.T) {
	s := openTest(t)
	failed := errors.New("failed")
	if err := s.Write(t.Context(), func(tx *Tx) error { return errors.Join(tx.PutSetting("a", "1", "ana"), failed) }); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = s.Write(t.Context(), func(tx *Tx) error {
			if err := tx.PutSetting("a", "2", "ana"); err != nil {
				return err
			}
			panic("a bug of the caller")
		})
	}()
	if _, err := s.Setting(t.Context(), "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a failed change was kept: %v", err)
	}
	write(t, s, func(tx *Tx) error { // the only connection is free again
		if err := tx.PutSetting("a", "3", "ana"); err != nil {
			return err
		}
		x, err := tx.Setting("a")
		if _, outside := s.Setting(t.Context(), "a"); x.Value != "3" || !errors.Is(outside, ErrNotFound) {
			t.Errorf("inside %q, outside %v", x.Value, outside)
		}
		return err
	})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Write(cancelled, func(*Tx) error { t.Error("it ran"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled change: %v", err)
	}
}

func TestManyStatementsInOneTransaction(t *testing.T) {
	s := openTest(t)
	write(t, s, func(tx *Tx) error {
		for i := range 2 * maxPrepared { // more texts than are kept prepared
			if n, err := tx.exec(fmt.Sprintf("INSERT INTO setting VALUES (?, '', %d, 0, '')", i), strconv.Itoa(i)); err != nil || n != 1 {
				return fmt.Errorf("%d rows: %w", n, err)
			}
			if _, err := one(tx.reader, scanInt, fmt.Sprintf("SELECT %d FROM setting WHERE name = ?", i), strconv.Itoa(i)); err != nil {
				return err
			}
		}
		_, err := tx.exec("no SQL")
		if err == nil {
			t.Error("what is no SQL was run")
		}
		return nil
	})
	if all, err := s.Settings(t.Context()); err != nil || len(all) != 2*maxPrepared {
		t.Errorf("%d settings, %v", len(all), err)
	}
}

// TestReadersSeeWholeChangesWhileAWriterWrites lets four readers read while a writer moves a member from one
// record to another: at every moment exactly one of them has it, and the counts agree.
func TestReadersSeeWholeChangesWhileAWriterWrites(t *testing.T) {
	s := openTest(t)
	person := addPerson(t, s, "in/ann", "Ann")
	put := func(holder int) error {
		return s.Write(t.Context(), func(tx *Tx) error {
			rows := []Match{{RecordID: "0031", Object: "Contact", State: MatchNone}, {RecordID: "0032", Object: "Contact", State: MatchNone}}
			rows[holder].State, rows[holder].MemberID = MatchAuto, person
			return tx.PutMatches(rows)
		})
	}
	if err := put(0); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for ctx.Err() == nil {
				if err := readWhole(ctx, s, person); err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 200 {
		if err := put(i % 2); err != nil {
			t.Error(err)
		}
	}
	stop()
	group.Wait()
}

func readWhole(ctx context.Context, s *Store, person string) error {
	p, err := s.Matches(ctx, MatchQuery{Object: "Contact"})
	if err != nil {
		return err
	}
	live := 0
	for _, x := range p.Rows {
		if x.State.Live() {
			live++
		}
	}
	if live != 1 || len(p.Rows) != 2 {
		return fmt.Errorf("%d rows, %d of them live", len(p.Rows), live)
	}
	if _, err := s.MatchOfMember(ctx, person); err != nil {
		return err
	}
	counts, err := s.CountMatches(ctx)
	if err == nil && (counts["Contact"][MatchAuto] != 1 || counts["Contact"][MatchNone] != 1) {
		err = fmt.Errorf("counts %v", counts)
	}
	return err
}

func TestCancelledReadsEndAtOnce(t *testing.T) {
	s := openTest(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := one(s.reader(ctx), scanInt, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n") // would never end
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Seats(t.Context()); err != nil {
		t.Errorf("the connection after it: %v", err)
	}
}

// batchRows is how many rows each batch of writeBatches has.
const batchRows = 20

// writeBatches is the process that is killed: it writes batches for ever, and prints the number of each when
// it is kept.
func writeBatches(dir string) error {
	s, err := Open(context.Background(), Options{Dir: dir, Key: testKey()})
	if err != nil {
		return err
	}
	for batch := lastBatch(s) + 1; ; batch++ {
		err := s.Write(context.Background(), func(tx *Tx) error {
			for i := range batchRows {
				if _, _, err := tx.PutPerson(Person{Ident: fmt.Sprintf("%06d/%d", batch, i), Name: fmt.Sprint(rand.Uint64())}); err != nil {
					return err
				}
			}
			return tx.PutSetting("batch", strconv.Itoa(batch), "")
		})
		if err != nil {
			return err
		}
		fmt.Println(batch)
	}
}

func lastBatch(s *Store) int {
	x, err := s.Setting(context.Background(), "batch")
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(x.Value)
	return n
}

// TestKilledProcessLosesNothingAcknowledged kills a process that writes, at random moments, and looks at what
// it left: every batch that it told of is there, and none is there in part.
func TestKilledProcessLosesNothingAcknowledged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	kills := 15
	if testing.Short() {
		kills = 3
	}
	acknowledged := 0
	for kill := range kills {
		acknowledged = max(acknowledged, killWriter(t, dir))
		s := openIn(t, dir)
		kept := lastBatch(s)
		rows, err := s.CountPeople(t.Context())
		if err != nil || kept < acknowledged || rows != int64(kept*batchRows) {
			t.Fatalf("kill %d: %d batches acknowledged, %d kept, %d rows (%v)", kill, acknowledged, kept, rows, err)
		}
		if kill%5 == 0 {
			if verdict, err := one(s.reader(t.Context()), scanText, "PRAGMA integrity_check"); err != nil || verdict != "ok" {
				t.Fatalf("kill %d: %s %v", kill, verdict, err)
			}
		}
		s.Close()
	}
	if acknowledged < kills {
		t.Errorf("%d batches in %d lives prove nothing", acknowledged, kills)
	}
}

// killWriter starts a writing process, kills it after some batches, and returns the last one it told of.
func killWriter(t *testing.T, dir string) (last int) {
	t.Helper()
	c := secondProcess(t, "batches", dir)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lives := 2 + rand.IntN(20)
	for lines := bufio.NewScanner(out); lines.Scan(); lives-- {
		if last, err = strconv.Atoi(lines.Text()); err != nil {
			t.Fatalf("the writer says %q", lines.Text())
		}
		if lives == 0 {
			// The next batch is under way; when the signal comes in it is left to the scheduler.
			if err := c.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = c.Wait() // killed
	return last
}
