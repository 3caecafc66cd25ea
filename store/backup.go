package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"crmsync/store/vault"
)

// CopyTo writes the database as it is at one commit boundary into a new file, for its owner alone, while
// others go on writing, and proves the copy whole before it returns. On an error the file is gone.
func (s *Store) CopyTo(ctx context.Context, file string) (err error) {
	if err := makeNew(file); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file))
		}
	}()
	// A connection of its own: the writer's goes on, and the readers' may change nothing, not even a copy.
	source, err := openDatabase(filepath.Join(s.dir, DatabaseFile))
	if err != nil {
		return err
	}
	_, err = source.ExecContext(ctx, "VACUUM INTO ?", file)
	if err = errors.Join(classify(err), source.Close()); err != nil {
		return fmt.Errorf("copying the database: %w", err)
	}
	if err := syncFile(file); err != nil {
		return fmt.Errorf("copying the database: %w", err)
	}
	return CheckCopy(ctx, file)
}

// CheckCopy proves that a database file which nobody has open is one of ours, whole, and refers to nothing that
// it lacks (code "store.damaged").
func CheckCopy(ctx context.Context, file string) error {
	db, err := openDatabase(file)
	if err != nil {
		return err
	}
	var found []string
	var id int
	err = db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id)
	if err == nil && id != applicationID {
		found = append(found, "it is none of ours")
	}
	if err == nil {
		found, err = integrity(ctx, db, found)
	}
	if err = errors.Join(classify(err), db.Close()); err != nil {
		return fmt.Errorf("checking %s: %w", file, err)
	}
	if len(found) > 0 {
		return &Error{code: "store.damaged", message: fmt.Sprintf("%s is damaged: %s", file, strings.Join(found, "; ")), hint: "Take another backup."}
	}
	return nil
}

// integrity adds what SQLite finds wrong with a database, at most a few findings.
func integrity(ctx context.Context, db *sql.DB, found []string) ([]string, error) {
	texts, err := column1(ctx, db, "PRAGMA integrity_check(10)")
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		if text != "ok" {
			found = append(found, text)
		}
	}
	missing, err := column1(ctx, db, "SELECT \"table\" || ' refers to a ' || \"parent\" || ' that is not there' FROM pragma_foreign_key_check LIMIT 10")
	return append(found, missing...), err
}

func column1(ctx context.Context, db *sql.DB, query string) (texts []string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, rows.Err()
}

// openDatabase opens one connection to a database file, set up as every other, without the pragmas that belong to
// the store that is at work. A copy takes secure_delete over: without it cells that were moved while the copy was
// written would stay behind in its pages, where no later purge finds them.
func openDatabase(file string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?"+sharedPragmas+"&_pragma=secure_delete(ON)")
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", file, err)
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// makeNew makes an empty file for its owner alone; one that is there is left alone.
func makeNew(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return &Error{code: "store.file", message: "the copy cannot be made: " + err.Error(), hint: "Name another file.", cause: err}
	}
	return f.Close()
}

func syncFile(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Verification is what a look through the whole store found.
type Verification struct {
	Schema   int64            `json:"schema"`
	Rows     map[string]int64 `json:"rows"`     // by table
	Sealed   int64            `json:"sealed"`   // values that were opened
	Findings []string         `json:"findings"` // what is wrong; empty = nothing
}

// Verify reads the whole store: every page and every reference, every sealed value, and the counts that are kept
// beside the rows they count. It takes as long as reading the file, and stops nobody.
func (s *Store) Verify(ctx context.Context) (v Verification, err error) {
	v.Rows, v.Findings = map[string]int64{}, []string{}
	if v.Findings, err = integrity(ctx, s.read, v.Findings); err != nil {
		return v, fmt.Errorf("checking the database: %w", classify(err))
	}
	r := s.reader(ctx)
	if v.Schema, err = one(r, scanInt, "SELECT max(version_id) FROM goose_db_version"); err != nil {
		return v, err
	}
	tables, err := list(r, scanText, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'goose_db_version' ORDER BY name")
	if err != nil {
		return v, err
	}
	for _, table := range tables {
		if v.Rows[table], err = one(r, scanInt, "SELECT count(*) FROM "+table); err != nil {
			return v, err
		}
	}
	return v, errors.Join(s.verifySealed(ctx, &v), s.verifyCounts(ctx, &v))
}

// sealed are the values that are kept sealed: table, column, and the row's id.
var sealed = [][3]string{{"activity", "subject", "id"}, {"activity", "body", "id"}, {"outbox", "request", "activity_id"}, {"secret", "sealed", "name"}}

func (s *Store) verifySealed(ctx context.Context, v *Verification) error {
	for _, part := range sealed {
		type row struct {
			id    string
			value []byte
		}
		query := fmt.Sprintf("SELECT %s, %s FROM %s WHERE %s > ? AND %s IS NOT NULL ORDER BY %s LIMIT %d", part[2], part[1], part[0], part[2], part[1], part[2], eachChunk)
		for one, err := range each(s.reader(ctx), "", func(x row) string { return x.id }, func(in scanner) (x row, err error) { return x, in.Scan(&x.id, &x.value) }, query) {
			if err != nil {
				return err
			}
			if _, err := s.vault.Open(part[0], part[1], one.id, one.value); err != nil {
				v.Findings = append(v.Findings, fmt.Sprintf("the %s of %s %s cannot be opened", part[1], part[0], one.id))
			}
			v.Sealed++
		}
	}
	return nil
}

func (s *Store) verifyCounts(ctx context.Context, v *Verification) error {
	wrong, err := list(s.reader(ctx), scanText, "SELECT 'outbox_count says ' || c.n || ' are ' || c.state || ', but there are ' || (SELECT count(*) FROM outbox o WHERE o.state = c.state) "+
		"FROM outbox_count c WHERE c.n <> (SELECT count(*) FROM outbox o WHERE o.state = c.state)")
	if err != nil {
		return err
	}
	v.Findings = append(v.Findings, wrong...)
	wrong, err = list(s.reader(ctx), scanText, "SELECT 'match_tally and match disagree about ' || object || ' ' || state FROM ("+
		"SELECT object, state, sum(n) AS n FROM match_tally GROUP BY object, state) AS t WHERE n <> (SELECT count(*) FROM match m WHERE m.object = t.object AND m.state = t.state)")
	v.Findings = append(v.Findings, wrong...)
	return err
}

// AsidePrefix begins the name of a folder in the data directory that holds the store from before a restore.
const AsidePrefix = "before-restore-"

// removeCopies removes what a migration or a restore put aside in the data directory.
func (s *Store) removeCopies() error {
	for _, pattern := range []string{DatabaseFile + ".before-*", AsidePrefix + "*"} {
		copies, err := filepath.Glob(filepath.Join(s.dir, pattern))
		if err != nil {
			return err
		}
		for _, old := range copies {
			if err := os.RemoveAll(old); err != nil {
				return err
			}
		}
	}
	return nil
}

// KeyringFile is the name of the file beside the database that holds the wrapped data key.
const KeyringFile = vault.KeyringFile
