package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// BallastFile is the name of the file in a data directory that keeps room to finish when the disk is full. On a full disk
// SQLite can neither delete nor checkpoint; what an org answered last could not be kept either.
const BallastFile = "crmsync.ballast"

// DefaultBallast is how large the ballast is unless somebody says otherwise, in bytes: as long as the log grows before it is
// written over into the database.
const DefaultBallast = 64 << 20

// Ballast is how the room to finish stands.
type Ballast struct {
	File string
	Held int64 // bytes of the file; 0 when it was given up, or never made
	Free int64 // bytes that the disk has free beside it
}

// Ballast tells how the room to finish stands.
func (s *Store) Ballast() (Ballast, error) {
	b := Ballast{File: filepath.Join(s.dir, BallastFile)}
	info, err := os.Stat(b.File)
	if err == nil {
		b.Held = info.Size()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return b, fmt.Errorf("looking at the ballast: %w", err)
	}
	if b.Free, err = s.free(s.dir); err != nil {
		return b, fmt.Errorf("asking how much of the disk is free: %w", err)
	}
	return b, nil
}

// HoldBallast makes sure that the ballast is there and as large as asked, 0 for none. It is not made of the last room that
// there is: the disk must have twice as much free, or the error is ErrFull and nothing was changed.
func (s *Store) HoldBallast(size int64) error {
	s.holding.Lock()
	defer s.holding.Unlock()
	b, err := s.Ballast()
	if err != nil {
		return err
	}
	if b.Held == size {
		s.isShort.Store(false)
		return nil
	}
	if size == 0 {
		s.isShort.Store(false)
		return removeBallast(b.File)
	}
	if b.Free+b.Held < 2*size {
		return full(fmt.Sprintf("the disk of the data directory has %s free, too little to work on", Bytes(b.Free+b.Held)),
			fmt.Sprintf("Free some space: work goes on by itself from %s on.", Bytes(2*size)), nil)
	}
	if err := makeBallast(b.File, size); err != nil {
		return fmt.Errorf("making the ballast: %w", err)
	}
	s.isShort.Store(false)
	return nil
}

// makeBallast writes the file under another name first, so that one that was cut short is none. It holds noise: a file
// system that compresses, or leaves out zeros, would keep no room with anything else.
func makeBallast(file string, size int64) (err error) {
	unfinished := file + ".new"
	defer func() {
		if err != nil {
			err = errors.Join(err, removeBallast(unfinished))
		}
	}()
	f, err := os.OpenFile(unfinished, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.CopyN(f, rand.NewChaCha8([32]byte{}), size)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(unfinished, file)
}

func removeBallast(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing the ballast: %w", err)
	}
	return nil
}

// giveUpBallast makes room, and tells how much and whether there was any to make.
func (s *Store) giveUpBallast() (room int64, given bool) {
	file := filepath.Join(s.dir, BallastFile)
	info, err := os.Stat(file)
	if err != nil || os.Remove(file) != nil {
		return 0, false
	}
	s.isShort.Store(true)
	return info.Size(), true
}

// foldLog writes the log over into the database and cuts it off, if the room that was made is enough for that in any
// case: then there is as much room as before, and the log's. Who reads just now, or another failure, puts it off.
func (s *Store) foldLog(ctx context.Context, room int64) {
	info, err := os.Stat(filepath.Join(s.dir, DatabaseFile+"-wal"))
	if err == nil && info.Size() <= room {
		_, _ = s.write.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
}

// full is ErrFull in somebody's words.
func full(message, hint string, cause error) error {
	return &Error{code: "store.full", message: message, hint: hint, cause: errors.Join(ErrFull, cause)}
}

// Bytes is a size for people, in whole units of 1024.
func Bytes(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	at := 0
	for ; n >= 10*1024 && at < len(units)-1; at++ {
		n /= 1024
	}
	return fmt.Sprintf("%d %s", n, units[at])
}
