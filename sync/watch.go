package sync

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"crmsync/store"
)

// WatchOptions say which folder is looked at for network files. In it, each seat has a folder named by its e-mail
// address, and files that are put there are imported for that seat.
type WatchOptions struct {
	Dir   string
	Every time.Duration // between two looks; 0 = 10 s
	Once  bool          // take what lies there now, settled or not, and return
}

// WatchedFile is what became of one file of a watched folder.
type WatchedFile struct {
	File   string         `json:"file"` // below the watched folder, as it was found
	Moved  string         `json:"moved"`
	Report *NetworkReport `json:"report,omitempty"` // nil when the file failed
	Error  string         `json:"error,omitempty"`
	Code   string         `json:"code,omitempty"`
}

// The folders of a seat's folder that files are moved to.
const (
	watchDone   = "done"
	watchFailed = "failed"
)

// Watch looks at a folder until ctx ends, imports what was put there and moves it: to "done" below the seat's folder,
// or to "failed" with a text file beside it that says what is wrong. A file is taken once two looks find it unchanged,
// so that one that is still being copied is left alone. Dying between import and move does no harm: the file is
// imported again, which changes nothing. each is told of every file; it may be nil.
func (e *Engine) Watch(ctx context.Context, actor Actor, options WatchOptions, each func(WatchedFile)) error {
	if err := Allowed(actor, ActNetworkImport); err != nil {
		return err
	}
	if actor.Role != RoleAdmin {
		return fault("act.not_allowed", "Read your own files with crmsync me import.", "watching a folder for all seats is for admins")
	}
	if info, err := os.Stat(options.Dir); err != nil || !info.IsDir() {
		return fault("watch.folder", "Make the folder, and in it one for each seat, named by its e-mail address.", "%s is no folder that can be read", options.Dir)
	}
	if options.Every <= 0 {
		options.Every = 10 * time.Second
	}
	before := map[string]watchMark{}
	for {
		found, err := watchLook(options.Dir)
		if err != nil {
			return err
		}
		for _, file := range found {
			if before[file.path] != file.mark && !options.Once {
				continue
			}
			result, err := e.takeWatched(ctx, actor, options.Dir, file)
			switch {
			case ctx.Err() != nil:
				return nil
			case errors.Is(err, store.ErrBusy) && !options.Once:
				e.log.Warn("the store is busy; the watched file is taken at the next look")
				continue
			case err != nil:
				return err
			}
			if each != nil {
				each(result)
			}
		}
		if options.Once {
			return nil
		}
		before = watchMarks(found)
		select {
		case <-ctx.Done():
			return nil
		case <-e.after(options.Every):
		}
	}
}

// watchMark tells whether a file changed between two looks.
type watchMark struct {
	size     int64
	modified time.Time
}

// watchFile is a file that lies in a seat's folder.
type watchFile struct {
	seat, path, name string
	mark             watchMark
}

func watchMarks(files []watchFile) map[string]watchMark {
	marks := make(map[string]watchMark, len(files))
	for _, file := range files {
		marks[file.path] = file.mark
	}
	return marks
}

// watchLook lists the files of all seats' folders, the connections of a seat first: they tell an InMail from a message.
// Hidden files, links and what browsers call an unfinished download are left alone.
func watchLook(dir string) (found []watchFile, err error) {
	seats, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("look at the watched folder: %w", err)
	}
	for _, seat := range seats {
		if !seat.IsDir() || strings.HasPrefix(seat.Name(), ".") {
			continue
		}
		files, err := os.ReadDir(filepath.Join(dir, seat.Name()))
		if err != nil {
			return nil, fmt.Errorf("look at the watched folder: %w", err)
		}
		for _, entry := range files {
			info, err := entry.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("look at the watched folder: %w", err)
			}
			if !info.Mode().IsRegular() || unfinished(entry.Name()) {
				continue
			}
			found = append(found, watchFile{seat: seat.Name(), path: filepath.Join(dir, seat.Name(), entry.Name()), name: entry.Name(),
				mark: watchMark{info.Size(), info.ModTime()}})
		}
	}
	slices.SortStableFunc(found, func(a, b watchFile) int { return connectionsFirst(a.name) - connectionsFirst(b.name) })
	return found, nil
}

func unfinished(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") {
		return true
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".part", ".crdownload", ".download", ".tmp", ".filepart":
		return true
	}
	return false
}

func connectionsFirst(name string) int {
	if strings.Contains(strings.ToLower(name), "message") {
		return 1
	}
	return 0
}

// takeWatched imports one file and moves it. Only what stands in the way of every file is an error.
func (e *Engine) takeWatched(ctx context.Context, actor Actor, dir string, file watchFile) (WatchedFile, error) {
	result := WatchedFile{File: filepath.Join(file.seat, file.name)}
	report, err := e.importWatched(ctx, actor, file)
	switch {
	case ctx.Err() != nil, errors.Is(err, store.ErrBusy):
		return result, err
	case err != nil:
		result.Error, result.Code = err.Error(), CodeOf(err)
		e.log.Warn("a watched file was not imported", "code", result.Code)
	default:
		result.Report = &report
	}
	result.Moved, err = e.moveWatched(dir, file, result, err)
	return result, err
}

func (e *Engine) importWatched(ctx context.Context, actor Actor, file watchFile) (NetworkReport, error) {
	if _, err := e.store.SeatByEmail(ctx, file.seat); errors.Is(err, store.ErrNotFound) {
		return NetworkReport{}, fault("seat.not_found", "Name the folder by the e-mail address of a seat; crmsync users lists them.", "there is no seat %s", file.seat)
	} else if err != nil {
		return NetworkReport{}, fmt.Errorf("read seat %s: %w", file.seat, err)
	}
	return e.ImportNetwork(ctx, actor, NetworkRequest{Files: []string{file.path}, Seat: file.seat})
}

// moveWatched puts a file where it is not found again, under a name that no other file has, and returns where.
func (e *Engine) moveWatched(dir string, file watchFile, result WatchedFile, cause error) (string, error) {
	into := watchDone
	if cause != nil {
		into = watchFailed
	}
	folder := filepath.Join(filepath.Dir(file.path), into)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("move a watched file: %w", err)
	}
	stamp := e.now().UTC().Format("20060102T150405")
	target := filepath.Join(folder, stamp+" "+file.name)
	for n := 2; ; n++ {
		if _, err := os.Lstat(target); errors.Is(err, fs.ErrNotExist) {
			break
		}
		target = filepath.Join(folder, fmt.Sprintf("%s-%d %s", stamp, n, file.name))
	}
	if cause != nil {
		text := fmt.Sprintf("%s\n%s\ncode: %s\nNothing of this file was imported. Put it back in the folder above when it is mended.\n", result.Error, HintOf(cause), result.Code)
		if err := os.WriteFile(target+".error.txt", []byte(text), 0o600); err != nil {
			return "", fmt.Errorf("say why a watched file failed: %w", err)
		}
	}
	if err := os.Rename(file.path, target); err != nil {
		return "", fmt.Errorf("move a watched file: %w", err)
	}
	moved, err := filepath.Rel(dir, target)
	if err != nil {
		return target, nil
	}
	return moved, nil
}
