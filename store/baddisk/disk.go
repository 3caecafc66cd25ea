// Package baddisk is a disk for tests: it runs full, fails from the Nth operation on, and loses what was not synced
// when the power goes. It stands under SQLite's own file system for the files of one directory, whoever opens them in
// this process. No program imports it.
package baddisk

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	sqlite3 "modernc.org/sqlite/lib"
)

// Failure is how a disk fails.
type Failure int

// The failures of a disk.
const (
	Broken Failure = iota // every write and every sync reports an error
	Full                  // what would make a file longer reports that there is no space
)

// sectorBytes is what a disk writes whole or not at all.
const sectorBytes = 512

// Disk is the disk under one directory. It is safe for concurrent use.
type Disk struct {
	dir string

	mu       sync.Mutex
	count    int // operations so far
	failFrom int // the operation from which on it fails, 0 = none
	failure  Failure
	failed   int
	limit    int64 // bytes that the directory may hold, 0 = any
	sizes    map[string]int64
	durable  map[string][]byte // what is on the platters
	pending  map[string][]operation
}

type operationKind int

const (
	opWrite operationKind = iota
	opTruncate
	opSync
	opDelete
)

// operation is one call of SQLite. Offset is the size for opTruncate.
type operation struct {
	kind   operationKind
	path   string
	offset int64
	data   []byte
}

var disks struct {
	mu  sync.RWMutex
	all []*Disk
}

// Under puts a disk under dir until the test ends. What is in dir already counts as synced.
func Under(t testing.TB, dir string) *Disk {
	t.Helper()
	if err := install(); err != nil {
		t.Fatal(err)
	}
	d := &Disk{dir: dir, sizes: map[string]int64{}, durable: map[string][]byte{}, pending: map[string][]operation{}}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d.durable[name], d.sizes[name] = content, int64(len(content))
	}
	disks.mu.Lock()
	disks.all = append(disks.all, d)
	disks.mu.Unlock()
	t.Cleanup(func() {
		disks.mu.Lock()
		defer disks.mu.Unlock()
		disks.all = slices.DeleteFunc(disks.all, func(other *Disk) bool { return other == d })
	})
	return d
}

func diskOf(path string) *Disk {
	disks.mu.RLock()
	defer disks.mu.RUnlock()
	for _, d := range disks.all {
		if strings.HasPrefix(path, d.dir+string(filepath.Separator)) {
			return d
		}
	}
	return nil
}

// FailAfter makes the disk fail for good after some more operations.
func (d *Disk) FailAfter(operations int, failure Failure) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failFrom, d.failure, d.failed = d.count+operations+1, failure, 0
}

// Leave makes the disk one that has this much room left beside what the directory holds now, whoever wrote it. Room that
// is made by removing a file is room again.
func (d *Disk) Leave(bytes int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.limit, d.failed = max(1, d.used()+bytes), 0
}

// Free is the room that is left.
func (d *Disk) Free() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.limit == 0 {
		return 1 << 40
	}
	return max(0, d.limit-d.used())
}

// used is what the files of the directory take.
func (d *Disk) used() (sum int64) {
	names, _ := filepath.Glob(filepath.Join(d.dir, "*"))
	for _, name := range names {
		if info, err := os.Stat(name); err == nil {
			sum += info.Size()
		}
	}
	return sum
}

// Heal makes the disk work again, and returns how many operations have failed.
func (d *Disk) Heal() (failed int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failFrom, d.limit = 0, 0
	return d.failed
}

// before sees an operation before it is done, and answers with SQLite's code for it.
func (d *Disk) before(op operation) int32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count++
	if rc := d.fails(op); rc != sqlite3.SQLITE_OK {
		d.failed++
		return rc
	}
	switch op.kind {
	case opWrite:
		op.data = slices.Clone(op.data)
		d.pending[op.path] = append(d.pending[op.path], op)
		d.sizes[op.path] = max(d.sizes[op.path], op.offset+int64(len(op.data)))
	case opTruncate:
		d.pending[op.path] = append(d.pending[op.path], op)
		d.sizes[op.path] = op.offset
	case opSync:
		for _, one := range d.pending[op.path] {
			d.durable[op.path] = one.applied(d.durable[op.path])
		}
		delete(d.pending, op.path)
	case opDelete:
		delete(d.durable, op.path)
		delete(d.pending, op.path)
		delete(d.sizes, op.path)
	}
	return sqlite3.SQLITE_OK
}

func (d *Disk) fails(op operation) int32 {
	grows := op.offset + int64(len(op.data)) - d.sizes[op.path]
	switch {
	case d.limit > 0 && op.kind == opWrite && grows > 0 && d.used()+grows > d.limit:
		return sqlite3.SQLITE_FULL
	case d.failFrom == 0 || d.count < d.failFrom:
	case d.failure == Full && op.kind == opWrite && grows > 0:
		return sqlite3.SQLITE_FULL
	case d.failure == Full:
	case op.kind == opWrite:
		return sqlite3.SQLITE_IOERR_WRITE
	case op.kind == opSync:
		return sqlite3.SQLITE_IOERR_FSYNC
	case op.kind == opTruncate:
		return sqlite3.SQLITE_IOERR_TRUNCATE
	}
	return sqlite3.SQLITE_OK
}

// applied is a file's content after a write or a truncation.
func (op operation) applied(content []byte) []byte {
	end := op.offset + int64(len(op.data))
	if op.kind == opTruncate && int64(len(content)) > op.offset {
		return content[:op.offset]
	}
	if short := end - int64(len(content)); short > 0 {
		content = append(content, make([]byte, short)...)
	}
	copy(content[op.offset:], op.data)
	return content
}

// PowerCut writes into the directory to what the disk would hold had the power gone now: everything that was synced, and of the
// rest what random leaves: some writes, a beginning of them, or single sectors.
func (d *Disk) PowerCut(to string, random *rand.Rand) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	paths := map[string]bool{}
	for path := range d.durable {
		paths[path] = true
	}
	for path := range d.pending {
		paths[path] = true
	}
	for path := range paths {
		if strings.HasSuffix(path, "-shm") { // never synced, and made anew
			continue
		}
		content := slices.Clone(d.durable[path])
		for _, op := range survivors(d.pending[path], random) {
			content = op.applied(content)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(path)), content, 0o600); err != nil {
			return fmt.Errorf("write what is left of %s: %w", path, err)
		}
	}
	return nil
}

// survivors are what is left of writes that were not synced.
func survivors(pending []operation, random *rand.Rand) (left []operation) {
	mode := random.IntN(3)
	tail := random.IntN(len(pending) + 1)
	for i, op := range pending {
		if (mode == 0 && random.IntN(2) == 0) || (mode == 1 && i >= tail) {
			continue
		}
		if op.kind != opWrite || random.IntN(8) > 0 {
			left = append(left, op)
			continue
		}
		for at := 0; at < len(op.data); at += sectorBytes { // torn
			if random.IntN(2) == 0 {
				part := op
				part.offset, part.data = op.offset+int64(at), op.data[at:min(at+sectorBytes, len(op.data))]
				left = append(left, part)
			}
		}
	}
	return left
}
