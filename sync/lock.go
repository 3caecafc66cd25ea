package sync

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// lockName is the file that one engine of a SQLite store holds locked.
const lockName = "crmsync.lock"

// lockTries is how often the lock is tried for, a moment apart: somebody who only
// asks whether an engine runs holds it for an instant.
const lockTries = 4

// takeLock makes this process the one engine of its store. The lock ends with
// the process, however it ends.
func (e *Engine) takeLock() (release func(), err error) {
	for range lockTries - 1 {
		if release, err = e.tryLock(); err == nil || CodeOf(err) != "engine.locked" {
			return release, err
		}
		<-time.After(10 * time.Millisecond)
	}
	return e.tryLock()
}

func (e *Engine) tryLock() (release func(), err error) {
	if e.dir == "" {
		return func() {}, nil
	}
	path := filepath.Join(e.dir, lockName)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the engine's lock: %w", err)
	}
	taken, err := lockFile(file)
	if err != nil || !taken {
		holder := holderOf(path)
		file.Close()
		if err != nil {
			return nil, fmt.Errorf("take the engine's lock: %w", err)
		}
		return nil, fault("engine.locked", "Ask that one for the work, or stop it first.", "another engine works on this store (%s)", holder)
	}
	err = file.Truncate(0)
	if err == nil {
		_, err = file.WriteAt([]byte(ownerName()+"\n"), 0)
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("write the engine's lock: %w", err)
	}
	return func() { file.Close() }, nil
}

// EngineRunning tells whether some process is the engine of this store now, and
// which.
func (e *Engine) EngineRunning() (holder string, running bool) {
	release, err := e.tryLock()
	if err == nil {
		release()
		return "", false
	}
	if CodeOf(err) != "engine.locked" {
		return "", false
	}
	return holderOf(filepath.Join(e.dir, lockName)), true
}

// MayMigrate refuses to change the schema of the store in dir under an engine that was started by an older program.
func MayMigrate(dir string) error {
	holder, running := (&Engine{dir: dir}).EngineRunning()
	if !running {
		return nil
	}
	return fault("store.older_engine", "Stop that one, and start it again with this program.",
		"an engine of an older crmsync works on this store (%s), which this program would bring to a newer schema", holder)
}

func holderOf(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	return nameOr(strings.TrimSpace(string(text)), "unknown")
}
