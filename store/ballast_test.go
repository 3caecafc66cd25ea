package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"

	"crmsync/store/baddisk"
)

// holdsBallast fails unless the store holds so many bytes in the file, for its owner alone.
func holdsBallast(t *testing.T, s *Store, file string, want int64) {
	t.Helper()
	b, err := s.Ballast()
	if err != nil || b.Held != want || b.File != file {
		t.Errorf("%+v %v, want %d held", b, err, want)
	}
	if info, err := os.Stat(file); (err == nil) != (want > 0) || want > 0 && info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v %v", info, err)
	} else if want > 0 && occupied(info) < want {
		t.Errorf("%d bytes take %d of the disk", want, occupied(info))
	}
}

func TestBallast(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	disk := baddisk.Under(t, dir)
	room := int64(1 << 30)
	s, err := Open(t.Context(), Options{Dir: dir, Key: testKey(), Free: func(string) (int64, error) { return room, nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	file := filepath.Join(dir, BallastFile)
	held := func(want int64) { t.Helper(); holdsBallast(t, s, file, want) }
	for _, size := range []int64{256 << 10, 256 << 10, 512 << 10, 0, 0, 128 << 10} {
		if err := s.HoldBallast(size); err != nil {
			t.Fatal(err)
		}
		held(size)
	}
	put := func(tx *Tx) error {
		return tx.PutRun(Run{ID: NewID(), Kind: "import", State: RunDone, Summary: string(make([]byte, 30<<10)), StartedAt: clock})
	}
	disk.Leave(0)
	if err := s.WriteMuch(t.Context(), put); !errors.Is(err, ErrFull) || codeOf(err) != "store.full" {
		t.Errorf("much is written on a full disk: %v", err)
	}
	held(128 << 10) // what can be done again later is not worth it
	if err := s.Write(t.Context(), put); err != nil {
		t.Errorf("the ballast makes no room: %v", err)
	}
	held(0)
	if err := s.WriteMuch(t.Context(), func(*Tx) error { return nil }); !errors.Is(err, ErrFull) {
		t.Errorf("the room that was made goes to what can wait: %v", err)
	}
	for range 10 {
		err = s.Write(t.Context(), put)
	}
	if !errors.Is(err, ErrFull) {
		t.Errorf("the disk is endless: %v", err)
	}
	disk.Heal()
	for _, room = range []int64{0, 255 << 10} {
		if err := s.HoldBallast(128 << 10); !errors.Is(err, ErrFull) {
			t.Errorf("the last room there is goes into the ballast: %v", err)
		}
		held(0)
	}
	room = 256 << 10
	if err := errors.Join(os.WriteFile(file+".new", []byte("cut short"), 0o600), s.HoldBallast(128<<10), s.WriteMuch(t.Context(), put)); err != nil {
		t.Error(err)
	}
	held(128 << 10)
	if left, _ := filepath.Glob(file + ".*"); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// What begins at the same moment makes one ballast.
func TestBallastAtOnce(t *testing.T) {
	s := openTest(t)
	var starts errgroup.Group
	for range 8 {
		starts.Go(func() error { return s.HoldBallast(4 << 20) })
	}
	if err := starts.Wait(); err != nil {
		t.Error(err)
	}
	if b, err := s.Ballast(); err != nil || b.Held != 4<<20 {
		t.Errorf("%+v %v", b, err)
	}
}

func TestBytesForPeople(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 10_239: "10239 B", 64 << 10: "64 KiB", 64 << 20: "64 MiB", 46 << 30: "46 GiB", 1 << 62: "4194304 TiB"} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
