package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"crmsync/store"
)

// benchSeed is how many contacts the small org has whose matches, with their evidence, a large store repeats.
const benchSeed = 2000

// benchBatch is how many rows one transaction of a large store adds.
const benchBatch = 10_000

// template is one matched contact of the small store.
type template struct {
	record store.Record
	person store.Person // none when the contact has no match
	match  store.Match
}

// openBenchStore returns the directory of a store with at least rows matched contacts and as many members:
// the one in dir when there is one, else a new one. It is a demo whose contacts are repeated under other
// names; its schedule rests.
func (a *app) openBenchStore(ctx context.Context, dir string, rows int) (string, error) {
	at := demoStore(dir)
	if _, err := os.Stat(filepath.Join(at, store.DatabaseFile)); err == nil {
		return at, nil
	}
	if err := makeDemoDir(dir); err != nil {
		return "", err
	}
	play, err := a.makeDemo(ctx, dir, benchSeed)
	if err != nil {
		return "", err
	}
	_, err = play.run(ctx)
	if err == nil {
		err = multiply(ctx, play.session.store, rows)
	}
	if err == nil {
		err = restSchedule(ctx, play.session.store)
	}
	return at, errors.Join(err, play.session.close())
}

// restSchedule pauses every job: nothing but keys is measured.
func restSchedule(ctx context.Context, st *store.Store) error {
	jobs, err := st.Jobs(ctx)
	if err != nil {
		return err
	}
	return st.Write(ctx, func(tx *store.Tx) error {
		for _, job := range jobs {
			job.Paused = true
			if err := tx.PutJob(job); err != nil {
				return err
			}
		}
		return nil
	})
}

// multiply adds repetitions of the store's matched contacts until there are rows of them.
func multiply(ctx context.Context, st *store.Store, rows int) error {
	templates, err := readTemplates(ctx, st)
	if err != nil {
		return err
	}
	if len(templates) == 0 {
		return errors.New("the small store has no matched contact to repeat")
	}
	for from := len(templates); from < rows; from += benchBatch {
		to := min(rows, from+benchBatch)
		err := st.Write(ctx, func(tx *store.Tx) error { return repeat(tx, templates, from, to) })
		if err != nil {
			return fmt.Errorf("adding rows %d to %d: %w", from, to, err)
		}
	}
	return nil
}

func readTemplates(ctx context.Context, st *store.Store) ([]template, error) {
	var all []template
	for match, err := range st.EachMatch(ctx, "Contact", "") {
		if err != nil {
			return nil, err
		}
		record, err := st.Record(ctx, "Contact", match.RecordID)
		if err != nil {
			return nil, err
		}
		t := template{record: record, match: match}
		if match.MemberID != "" {
			if t.person, err = st.Person(ctx, match.MemberID); err != nil {
				return nil, err
			}
		}
		all = append(all, t)
	}
	return all, nil
}

// repeat adds contacts, members and matches number [from, to).
func repeat(tx *store.Tx, templates []template, from, to int) error {
	fields := contactFields()
	matches := make([]store.Match, 0, to-from)
	var failed error
	_, err := tx.UpsertRecords("Contact", fields, func(yield func([]string, error) bool) {
		for n := from; n < to && failed == nil; n++ {
			t := templates[n%len(templates)]
			if !yield(t.contact(fields, n), nil) {
				return
			}
			match := t.match
			match.RecordID, match.DuplicateOf, match.Score = benchContact(n), "", scoreOf(match.Score, n)
			match.MemberID, failed = t.member(tx, n)
			if match.MemberID == "" {
				match.State = store.MatchNone
			}
			matches = append(matches, match)
		}
	}, "bench")
	if err := errors.Join(failed, err); err != nil {
		return err
	}
	return tx.PutMatches(matches)
}

// benchContact is the id of contact number n.
func benchContact(n int) string { return fmt.Sprintf("003%012dAAA", 900_000_000_000+n) }

// surname makes a name of its own of a repeated one, so that neighbours in a list are different people.
func surname(name string, n int) string {
	const syllables = "bacedifogukelamonuparesitovuwaxezi"
	start := ""
	for of := n / benchSeed; of > 0; of /= len(syllables) / 2 {
		at := of % (len(syllables) / 2) * 2
		start += syllables[at : at+2]
	}
	if start == "" {
		return name
	}
	return strings.ToUpper(start[:1]) + start[1:] + " " + strings.TrimSpace(name)
}

// scoreOf spreads the scores of one template's repetitions over a hundredth, downwards.
func scoreOf(score int64, n int) int64 {
	return max(0, score-int64(n)*7919%(store.ScoreUnit/100))
}

// contact is the row of contact number n.
func (t template) contact(fields []string, n int) []string {
	row := make([]string, len(fields))
	for i, field := range fields {
		row[i] = t.record.Get(field)
		switch field {
		case "Id":
			row[i] = benchContact(n)
		case "LastName":
			row[i] = surname(row[i], n)
		case "SystemModstamp":
			row[i] = t.record.Modstamp.Format("2006-01-02T15:04:05.000Z")
		case "IsDeleted":
			row[i] = "false"
		}
	}
	return row
}

// member adds the member of contact number n, or one that nobody is matched with, and returns the id of the
// member that is matched, or "".
func (t template) member(tx *store.Tx, n int) (string, error) {
	person := t.person
	person.ID, person.Ident = "", fmt.Sprintf("bench:%d", n)
	if t.match.MemberID == "" {
		person = store.Person{Ident: person.Ident, FirstName: t.record.Get("FirstName"), LastName: "Other " + t.record.Get("LastName")}
	}
	person.LastName, person.SortName = surname(person.LastName, n), ""
	person.Name = person.FirstName + " " + person.LastName
	id, _, err := tx.PutPerson(person)
	if t.match.MemberID == "" {
		id = ""
	}
	return id, err
}
