package store

import (
	flags "flag"
	"fmt"
	"slices"
	"testing"
	"time"
)

// textRows is how many rows BenchmarkListsByText looks through.
var textRows = flags.Int("text-rows", 0, "rows of each list in BenchmarkListsByText, which is skipped without: 1000000 is the size that was measured")

// BenchmarkListsByText reads the first page of the lists that have no bound, narrowed to texts that few rows hold, that
// none holds, and that most hold.
func BenchmarkListsByText(b *testing.B) {
	if *textRows == 0 {
		b.Skip("-text-rows says how many")
	}
	s := openTest(b)
	fillTexts(b, s, *textRows)
	lists := everyList(s, world{seats: []string{"seat7"}, people: []string{"p7"}, companies: []string{"none"}})
	for _, one := range []struct {
		list, called string
		words        []string
	}{
		{"outbox all", "outbox", []string{"", "quist17x", "xyzzy", "messag", "lindquist", "seat77", "lind xyzzy", "timeout", "doubtful", "pointdrive"}},
		{"outbox of a state", "outbox of a state", []string{"quist17x", "xyzzy", "lindquist"}},
		{"opportunities", "opportunities", []string{"", "deal17x", "xyzzy", "deal", "negotiation", "owner77", "deal xyzzy"}},
		{"runs ", "runs", []string{"", "kaput", "xyzzy", "imp done", "failed"}},
		{"ledger all", "saves", []string{"", "quist17x", "xyzzy", "matched", "seat77", "closed"}},
	} {
		for _, word := range one.words {
			b.Run(fmt.Sprintf("%s/%q", one.called, word), func(b *testing.B) {
				for b.Loop() {
					p, err := lists[one.list](b.Context(), PageQuery{Text: word})
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(len(p.ids)), "rows")
				}
			})
		}
	}
}

// fillTexts fills the lists with n rows each, mostly by SQL: what is measured is how they are read. The number of each row
// is mixed, so that no list's order is that of the names.
func fillTexts(b *testing.B, s *Store, n int) {
	b.Helper()
	const mixed = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?), m (i, j) AS (SELECT i, i * 7919 % ? FROM n) "
	for at, sql := range textFillings {
		if _, err := s.write.ExecContext(b.Context(), mixed+sql, n, n); err != nil {
			b.Fatalf("%s: %v", sql, err)
		}
		if at != 2 { // the activities come after the people: their texts are sealed one by one
			continue
		}
		for chunk := range slices.Chunk(slices.Collect(upTo(n)), 10_000) {
			write(b, s, func(tx *Tx) error {
				for _, i := range chunk {
					_, err := tx.AddActivity(Activity{
						ID: fmt.Sprint("a", i), Ident: fmt.Sprint("a", i), Kind: []string{"message", "note", "call"}[i%3], SeatID: fmt.Sprint("seat", i*7919%n%1000),
						PersonID: fmt.Sprint("p", i*7919%n), OccurredAt: clock.Add(time.Duration(i) * time.Second), AddedAt: clock,
					})
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
}

func upTo(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// textFillings fill the tables of the lists.
var textFillings = []string{
	"INSERT INTO crm_user (id, modstamp, is_deleted, sort_name, name, is_active, hash, changed_run, payload) SELECT 'u' || i, 0, 0, 'owner' || i, 'Owner' || i, 1, 0, '', x'' FROM m WHERE i < 1000",
	"INSERT INTO seat (id, email, name, profile_url, user_id, mapping, may_autosave, may_writeback, added_at) SELECT 'seat' || i, 'seat' || i || '@acme.test', 'Seat' || i, '', 'u' || i, 'email', 1, 1, 0 FROM m WHERE i < 1000",
	"INSERT INTO person (id, ident, sort_name, name, company, changed_at) SELECT 'p' || i, 'p' || i, 'lindquist' || j || 'x anna', 'Anna Lindquist' || j, 'Acme ' || (i % 1000), 0 FROM m",
	"INSERT INTO outbox (activity_id, seat_id, state, hold, attempts, batch_id, object, record_id, owner_id, verify_note, fingerprint, run_id, version, error_code, error_text, changed_at, salesforce_id) " +
		"SELECT 'a' || i, 'seat' || (j % 1000), CASE WHEN i % 100 = 0 THEN 'held' WHEN i % 100 = 1 THEN 'failed' ELSE 'written' END, CASE WHEN i % 100 = 0 THEN 'held.contract' ELSE '' END, 0, '', '', '', '', 'equal', '', '', 0, " +
		"CASE WHEN i % 100000 = 1 THEN 'salesforce.timeout' WHEN i % 100 = 1 THEN 'salesforce.required' ELSE '' END, '', i, 'sf' || i FROM m",
	"INSERT INTO crm_account (id, modstamp, is_deleted, sort_name, name, hash, changed_run, payload) SELECT 'acc' || i, 0, 0, 'lindquist' || j || 'x', 'Lindquist' || j, 0, '', x'' FROM m",
	"INSERT INTO crm_opportunity (id, modstamp, is_deleted, sort_name, name, account_id, owner_id, stage_name, is_closed, is_won, hash, changed_run, payload) " +
		"SELECT 'o' || i, 0, 0, 'deal' || j || 'x', 'Deal' || j, 'acc' || i, 'u' || (i % 1000), CASE i % 3 WHEN 0 THEN 'Negotiation' WHEN 1 THEN 'Proposal' ELSE 'Qualification' END, 0, 0, 0, '', zeroblob(200) FROM m",
	"INSERT INTO run (id, kind, state, actor, started_at, api_calls, summary, error_code, error_text) SELECT printf('0193a0b0-%012d', i), CASE i % 2 WHEN 0 THEN 'import' ELSE 'match' END, " +
		"CASE WHEN i % 100 = 0 THEN 'failed' ELSE 'done' END, '', i, 0, '{}', CASE WHEN i % 100000 = 0 THEN 'salesforce.kaput' ELSE '' END, '' FROM m",
	"INSERT INTO save (id, seat_id, member_id, record_id, object, opportunity_id, run_id, saved_at) SELECT 's' || i, 'seat' || (i % 1000), 'p' || i, 'acc' || i, 'Account', 'o' || i, '', 0 FROM m",
	"INSERT INTO match (record_id, object, state, reason, company_id, person_id, score, bits, null_score, runner_up_score, is_stale, evidence, candidates, model_id, run_id, decided_by, changed_at, version, digest) " +
		"SELECT 'acc' || i, 'Account', 'none', '', NULL, NULL, 0, 0, 0, 0, 0, x'', x'', '', '', '', 0, 0, 0 FROM m",
}
