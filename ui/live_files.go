package ui

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// liveFiles makes files in the first of its directories that takes them.
type liveFiles struct{ directories []string }

// filesOf is where a person's files go: beside where the console was started, else into the data directory. Over SSH
// nowhere: it would be the server's disk.
func filesOf(st *store.Store, actor crmsync.Actor) FileService {
	if actor.Via == "ssh" {
		return nil
	}
	return liveFiles{[]string{".", st.Dir()}}
}

// Create makes a new file that its owner alone may read; one that is there is never written over.
func (f liveFiles) Create(name string) (io.WriteCloser, string, error) {
	var failed error
	for _, directory := range f.directories {
		path, err := filepath.Abs(filepath.Join(directory, name))
		if err != nil {
			return nil, "", err
		}
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			return file, path, nil
		}
		failed = errors.Join(failed, err)
		if errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return nil, "", fmt.Errorf("make the file: %w", failed)
}
