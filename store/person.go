package store

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// PeopleByEmail returns the people with an e-mail address, whatever its case. No index leads there: it is asked
// for one person at a time.
func (s *Store) PeopleByEmail(ctx context.Context, email string) ([]Person, error) {
	return list(s.reader(ctx), scanPerson, "SELECT "+personColumns+" FROM person WHERE lower(email) = ? ORDER BY id", strings.ToLower(strings.TrimSpace(email)))
}

// SavesOfMember returns every save of a person, the oldest first.
func (s *Store) SavesOfMember(ctx context.Context, memberID string) ([]Save, error) {
	return list(s.reader(ctx), scanSave, "SELECT "+saveColumns+" FROM save WHERE member_id = ? ORDER BY id", memberID)
}

// AlertsAbout returns the alerts that saves of a person made, the oldest first.
func (s *Store) AlertsAbout(ctx context.Context, memberID string) ([]Alert, error) {
	return list(s.reader(ctx), scanAlert, "SELECT "+alertColumns+" FROM alert WHERE save_id IN (SELECT id FROM save WHERE member_id = ?) ORDER BY id", memberID)
}

// SourceCount is what is still kept of a source: rows that came from it first.
type SourceCount struct{ People, Companies, Activities int64 }

// SourceCounts counts what is kept of each source.
func (s *Store) SourceCounts(ctx context.Context) (map[string]SourceCount, error) {
	counts := map[string]SourceCount{}
	for _, table := range []string{"person", "company", "activity"} {
		rows, err := list(s.reader(ctx), func(row scanner) (x struct {
			id string
			n  int64
		}, err error) {
			return x, row.Scan(&x.id, &x.n)
		}, "SELECT source_id, count(*) FROM "+table+" WHERE source_id IS NOT NULL GROUP BY source_id")
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			count := counts[row.id]
			switch table {
			case "person":
				count.People = row.n
			case "company":
				count.Companies = row.n
			default:
				count.Activities = row.n
			}
			counts[row.id] = count
		}
	}
	return counts, nil
}

// uuids finds the ids of ours in a text.
var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// names reports whether an audit event names one of the ids, or holds one of the texts.
func (x AuditEvent) names(ids map[string]bool, texts []string) bool {
	for _, part := range []string{x.Subject, x.Before, x.After} {
		if slices.ContainsFunc(uuids.FindAllString(part, -1), func(id string) bool { return ids[id] }) ||
			slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(part, text) }) {
			return true
		}
	}
	return false
}

// AuditAbout returns the audit events that name one of the ids of ours, or hold one of the texts, the oldest
// first. It reads the whole trail.
func (s *Store) AuditAbout(ctx context.Context, ids, texts []string) ([]AuditEvent, error) {
	return s.reader(ctx).AuditAbout(ids, texts)
}

// AuditAbout returns the audit events that name one of the ids of ours, or hold one of the texts, the oldest
// first. It reads the whole trail.
func (r reader) AuditAbout(ids, texts []string) ([]AuditEvent, error) {
	wanted := make(map[string]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	var about []AuditEvent
	for event, err := range each(r, "", func(x AuditEvent) string { return x.ID }, scanAudit, "SELECT "+auditColumns+" FROM audit WHERE id > ? ORDER BY id LIMIT "+fmt.Sprint(eachChunk)) {
		if err != nil {
			return nil, err
		}
		if event.names(wanted, texts) {
			about = append(about, event)
		}
	}
	return about, nil
}

// Digest returns the keyed digest under which the store remembers that a person was erased.
func (s *Store) Digest(text string) string { return s.vault.Digest(text) }

// Digest returns the keyed digest under which the store remembers that a person was erased.
func (t *Tx) Digest(text string) string { return t.store.vault.Digest(text) }

// PutErased remembers digests of somebody who was erased.
func (t *Tx) PutErased(digests ...string) error {
	for _, digest := range digests {
		if _, err := t.exec("INSERT INTO erased (digest, erased_at) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING", digest, t.Now().UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}

// Erased returns the digests of everybody who was erased.
func (r reader) Erased() (map[string]bool, error) {
	rows, err := list(r, scanText, "SELECT digest FROM erased")
	digests := make(map[string]bool, len(rows))
	for _, row := range rows {
		digests[row] = true
	}
	return digests, err
}

// ofPerson is what hangs on a person, in the order in which it can go; matches are let go of before.
var ofPerson = []struct{ table, where string }{
	{"alert", "save_id IN (SELECT id FROM save WHERE member_id = ?)"},
	{"save", "member_id = ?"},
	{"decision", "member_id = ?"},
	{"outbox", "activity_id IN (SELECT id FROM activity WHERE person_id = ?)"},
	{"activity", "person_id = ?"},
	{"seat_connection", "person_id = ?"},
	{"position", "person_id = ?"},
	{"match_candidate", "member_id = ?"},
	{"key_owner", "id = ?"},
	{"person", "id = ?"},
}

// ErasePerson deletes a person of the network and all that hangs on them, and empties the audit events given:
// the fact, the act, who and when stay. No match may be linked to the person any more (ErrConflict). It returns
// the number of rows that went, by table.
func (t *Tx) ErasePerson(id string, about []AuditEvent) (removed map[string]int64, err error) {
	removed = map[string]int64{}
	states, err := list(t.reader, scanText, "SELECT state FROM outbox WHERE activity_id IN (SELECT id FROM activity WHERE person_id = ?)", id)
	if err != nil {
		return nil, err
	}
	for _, part := range ofPerson {
		if removed[part.table], err = t.exec("DELETE FROM "+part.table+" WHERE "+part.where, id); err != nil {
			return nil, fmt.Errorf("erasing %s: %w", part.table, err)
		}
	}
	for _, state := range states {
		t.countOutbox(OutboxState(state), -1)
	}
	for _, event := range about {
		if _, err := t.exec("UPDATE audit SET subject = '', before = 'null', after = 'null', undone_by = COALESCE(undone_by, 'erased') WHERE id = ?", event.ID); err != nil {
			return nil, err
		}
	}
	removed["audit values"] = int64(len(about))
	maps.DeleteFunc(removed, func(_ string, n int64) bool { return n == 0 })
	return removed, nil
}

// Shrink overwrites what was deleted and gives its pages back, so that nothing of it stays in any file.
func (s *Store) Shrink(ctx context.Context) error { return s.shrink(ctx) }
