package orgsim

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"crmsync/sync/salesforce/orgsim/login"
	"crmsync/sync/salesforce/orgsim/records"
)

// journalName is the file in the data directory that holds the org: a line of JSON that says which org it is, then a
// line for each change. A line is complete when it ends in a newline, so a process that dies writing leaves at most a
// half line, which is cut off when the org is opened again.
const journalName = "org.journal"

// journal keeps the changes of an org. Without a file it keeps nothing.
type journal struct {
	mu       sync.Mutex
	file     *os.File
	identity identity
	start    int64 // where the changes begin
	silent   bool  // while replaying
}

// entry is one line after the first.
type entry struct {
	Records []records.Op `json:"records,omitempty"`
	Login   *login.Entry `json:"login,omitempty"`
	Job     *jobEntry    `json:"job,omitempty"`
	Usage   *usageEntry  `json:"usage,omitempty"`
}

// openJournal opens or makes the journal in the folder. The org it holds wins over seed and size asked for only if they
// are the same; a folder with another org is refused.
func openJournal(folder string, asked identity) (*journal, error) {
	j := &journal{identity: asked}
	if folder == "" {
		return j, nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("the built-in org's data folder cannot be made: %w", err)
	}
	name := filepath.Join(folder, journalName)
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the built-in org's data cannot be opened: %w", err)
	}
	j.file = file
	if err := lock(file); err != nil {
		return nil, errors.Join(fmt.Errorf("the built-in org's data %s is in use by another process: end that one, or use another folder: %w", name, err), file.Close())
	}
	if err := j.begin(name); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return j, nil
}

// begin reads the first line, or writes it in a new file.
func (j *journal) begin(name string) error {
	line, err := bufio.NewReader(j.file).ReadBytes('\n')
	if errors.Is(err, io.EOF) { // new, or its maker died before the first line was whole
		if err := j.file.Truncate(0); err != nil {
			return fmt.Errorf("the built-in org's data %s: %w", name, err)
		}
		if err := j.append(j.identity); err != nil {
			return err
		}
		size, err := j.file.Seek(0, io.SeekCurrent)
		j.start = size
		return err
	}
	if err != nil {
		return fmt.Errorf("the built-in org's data %s: %w", name, err)
	}
	var kept identity
	if err := json.Unmarshal(line, &kept); err != nil {
		return fmt.Errorf("%s is not the data of a built-in org: %w", name, err)
	}
	if asked := j.identity; kept.Seed != asked.Seed || kept.Contacts != asked.Contacts {
		return fmt.Errorf("%s holds an org of %d contacts made with seed %d, not of %d with seed %d: use its numbers, or another folder",
			name, kept.Contacts, kept.Seed, asked.Contacts, asked.Seed)
	}
	j.identity, j.start = kept, int64(len(line))
	return nil
}

// append writes one line. It reaches the operating system before append returns, so it survives the end of the process.
func (j *journal) append(line any) error {
	if j.file == nil || j.silent {
		return nil
	}
	text, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("the built-in org cannot write down a change: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("the built-in org cannot write down a change: %w", err)
	}
	return nil
}

func (j *journal) records(ops []records.Op) error { return j.append(entry{Records: ops}) }

func (j *journal) login(e login.Entry) error { return j.append(entry{Login: &e}) }

func (j *journal) job(e jobEntry) error { return j.append(entry{Job: &e}) }

func (j *journal) usage(e usageEntry) error { return j.append(entry{Usage: &e}) }

// replay calls take for each change of the file in order, and cuts off a half line at its end.
func (j *journal) replay(take func(entry) error) error {
	if j.file == nil {
		return nil
	}
	j.silent = true
	defer func() { j.silent = false }()
	at := j.start
	in := bufio.NewReaderSize(io.NewSectionReader(j.file, at, 1<<62), 1<<20)
	for number := 2; ; number++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			if len(line) == 0 {
				return nil
			}
			return j.file.Truncate(at)
		}
		if err != nil {
			return fmt.Errorf("reading the built-in org's data: %w", err)
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("the built-in org's data %s, line %d: %w", j.file.Name(), number, err)
		}
		if err := take(e); err != nil {
			return fmt.Errorf("the built-in org's data %s, line %d: %w", j.file.Name(), number, err)
		}
		at += int64(len(line))
	}
}

// close ends writing; a second call does nothing.
func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	if err := j.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("closing the built-in org's data: %w", err)
	}
	return nil
}

// replay takes in one change of the journal.
func (o *Org) replay(e entry) error {
	switch {
	case e.Records != nil:
		return o.records.Replay(e.Records)
	case e.Login != nil:
		o.login.Replay(*e.Login)
	case e.Job != nil:
		return o.replayJob(*e.Job)
	case e.Usage != nil:
		o.usage.replay(*e.Usage)
	}
	return nil
}
