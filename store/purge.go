package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// purged are the tables of which a purge leaves no row: what came from the org, and what was derived from it.
var purged = []string{
	"crm_account", "crm_contact", "crm_lead", "crm_opportunity", "crm_contact_role", "crm_user", "crm_user_role", "stage",
	"match", "match_candidate", "match_tally", "key_set", "key_owner", "key_posting", "key_change", "decision", "model", "alert", "alert_watch", "alert_mark", "contact_mark", "save", "save_mark", "import_state", "connection",
}

// PurgedQuery is SQL that counts what is in the tables a purge empties, one row each; after one all are 0.
func PurgedQuery() string {
	parts := make([]string, len(purged))
	for i, table := range purged {
		parts[i] = "SELECT '" + table + "' AS name, COUNT(*) AS n FROM " + table
	}
	return strings.Join(parts, " UNION ALL ")
}

// CountPurged runs PurgedQuery.
func (s *Store) CountPurged(ctx context.Context) (map[string]int64, error) {
	type count struct {
		table string
		n     int64
	}
	rows, err := list(s.reader(ctx), func(row scanner) (c count, err error) { return c, row.Scan(&c.table, &c.n) }, PurgedQuery())
	counts := make(map[string]int64, len(rows))
	for _, c := range rows {
		counts[c.table] = c.n
	}
	return counts, err
}

// Purge deletes everything that came from the org or was derived from it (S96; what stays is decision 21 of the
// requirements), and overwrites it in the files. In the same transaction keep may add what tells about it, given the
// number of rows that went, by table.
//
// What was written to the org already must not be written again after another connection: its activity is held from
// then on.
func (s *Store) Purge(ctx context.Context, keep func(tx *Tx, removed map[string]int64) error) (removed map[string]int64, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		removed = map[string]int64{}
		for _, table := range purged {
			if removed[table], err = tx.exec("DELETE FROM " + table); err != nil {
				return fmt.Errorf("purging %s: %w", table, err)
			}
		}
		if removed["secret"], err = tx.exec("DELETE FROM secret WHERE name LIKE 'salesforce.%'"); err != nil {
			return fmt.Errorf("purging secrets: %w", err)
		}
		if removed["outbox"], err = tx.purgeOutbox(); err != nil {
			return fmt.Errorf("purging the outbox: %w", err)
		}
		if err := tx.blankTexts(); err != nil {
			return err
		}
		if err := keep(tx, removed); err != nil {
			return err
		}
		return tx.blankApprovals("purge") // the last: it may be an approved act
	})
	if err != nil {
		return nil, err
	}
	return removed, s.shrink(ctx)
}

// purgeOutbox drops what was sent and empties what waits; it returns how many rows it touched.
func (t *Tx) purgeOutbox() (int64, error) {
	const sent = "state IN ('sending','written','unassigned','doubtful','dropped')"
	if _, err := t.exec("UPDATE activity SET held_by = 'purge' WHERE held_by IS NULL AND id IN (SELECT activity_id FROM outbox WHERE " + sent + ")"); err != nil {
		return 0, err
	}
	dropped, err := t.exec("DELETE FROM outbox WHERE " + sent)
	if err != nil {
		return 0, err
	}
	emptied, err := t.exec("UPDATE outbox SET state = 'held', hold = 'held.connection', record_id = '', owner_id = '', request = NULL, salesforce_id = NULL, " +
		"sent_at = NULL, next_at = NULL, attempts = 0, batch_id = '', fingerprint = '', error_code = '', error_text = '', verify_note = '', version = version + 1")
	if err != nil {
		return 0, err
	}
	t.outboxCounts = nil // they are counted anew
	if _, err := t.exec("DELETE FROM outbox_count"); err != nil {
		return 0, err
	}
	_, err = t.exec("INSERT INTO outbox_count (state, n) SELECT state, COUNT(*) FROM outbox GROUP BY state")
	return dropped + emptied, err
}

// blankTexts empties what quotes the org elsewhere: texts of runs, values in audit events (the fact, the act, who and
// when stay), the CRM users of seats.
func (t *Tx) blankTexts() error {
	for _, statement := range []string{
		"UPDATE run SET error_text = '', summary = '{}'",
		"UPDATE run_object SET error_text = ''",
		"UPDATE audit SET before = 'null', after = 'null', undone_by = COALESCE(undone_by, 'purge')",
		"UPDATE audit SET subject = '' WHERE act NOT LIKE 'setting.%' AND act NOT LIKE 'user.%' AND act NOT LIKE 'schedule.%' AND act NOT LIKE 'seat.%'",
		"UPDATE seat SET user_id = NULL, mapping = ''",
	} {
		if _, err := t.exec(statement); err != nil {
			return fmt.Errorf("purging texts: %w", err)
		}
	}
	return nil
}

// shrink gives the deleted pages back, empties the write-ahead log and removes the copies of the store that were put
// aside in the data directory, so that no old page stays in any file.
func (s *Store) shrink(ctx context.Context) error {
	if err := s.removeCopies(); err != nil {
		return fmt.Errorf("removing old copies of the store: %w", err)
	}
	for _, pragma := range []string{"PRAGMA incremental_vacuum", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		rows, err := s.write.QueryContext(ctx, pragma)
		if err != nil {
			return fmt.Errorf("overwriting what was deleted: %w", classify(err))
		}
		for rows.Next() {
		}
		if err := rows.Close(); err != nil {
			return fmt.Errorf("overwriting what was deleted: %w", classify(err))
		}
	}
	return nil
}

// SampleRecordIDs returns ids of up to limit records of each object: needles to look for after a purge.
func (s *Store) SampleRecordIDs(ctx context.Context, limit int) ([]string, error) {
	var ids []string
	for _, object := range objects {
		some, err := list(s.reader(ctx), scanText, fmt.Sprintf("SELECT id FROM %s LIMIT %d", object.table, limit))
		if err != nil {
			return nil, err
		}
		ids = append(ids, some...)
	}
	return ids, nil
}

// FindInFiles reads every file of the data directory and returns how many there are and in how many of them one of
// the texts stands.
func (s *Store) FindInFiles(texts []string) (files, found int, err error) {
	err = filepath.WalkDir(s.dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		holds, err := holdsAny(path, texts)
		if err != nil {
			return err
		}
		files++
		if holds {
			found++
		}
		return nil
	})
	return files, found, err
}

// holdsAny tells whether one of the texts stands in a file. SQLite's shared memory and log are not opened, since that
// would drop its locks on them: the first holds no rows, and a log that is not empty counts as holding some.
func holdsAny(path string, texts []string) (bool, error) {
	switch {
	case strings.HasSuffix(path, "-shm"):
		return false, nil
	case strings.HasSuffix(path, "-wal"):
		info, err := os.Stat(path)
		return err == nil && info.Size() > 0, err
	}
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	longest := 0
	for _, text := range texts {
		longest = max(longest, len(text))
	}
	buffer := make([]byte, 0, 1<<20)
	for {
		n, err := file.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		for _, text := range texts {
			if bytes.Contains(buffer, []byte(text)) {
				return true, nil
			}
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("reading %s: %w", path, err)
		}
		kept := copy(buffer, buffer[max(0, len(buffer)-longest):])
		buffer = buffer[:kept]
	}
}
