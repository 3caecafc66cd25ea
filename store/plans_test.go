package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestListsReadTheirIndexAlone asks SQLite how it reads every list, at every place: by one range of an index
// for each arm, without sorting, and without reading a table from end to end. What is joined to a page is
// found by key.
func TestListsReadTheirIndexAlone(t *testing.T) {
	s := openTest(t)
	w := fill(t, s)
	if _, err := s.write.Exec("ANALYZE"); err != nil { // the plans must hold with statistics of few rows, too
		t.Fatal(err)
	}
	for name, k := range everyKeyset(s.dialect, w) {
		place := k.anyPlace()
		for at, q := range map[string]PageQuery{"first": {}, "after": {After: place}, "last": {Last: true}, "before": {Before: place}} {
			for _, line := range k.plan(t, s, q) {
				if strings.Contains(line, "SCAN") && !strings.Contains(line, "arm") && !strings.Contains(line, "SCAN m") && !strings.Contains(line, "INDEX") && !strings.Contains(line, "SCAN found") {
					t.Errorf("%s, %s page: reads a whole table: %s", name, at, line)
				}
			}
			if k.sorted {
				continue // what is found is read by its key; TestSearchReadsIndexesAlone looks at the search
			}
			for _, line := range k.armPlans(t, s, q) {
				if strings.Contains(line, "TEMP B-TREE") {
					t.Errorf("%s, %s page: sorts: %s", name, at, line)
				}
				if (q.After != "" || q.Before != "") && strings.HasPrefix(line, "SCAN") {
					t.Errorf("%s, %s page: reads an index from its start: %s", name, at, line)
				}
			}
		}
	}
}

// armPlans returns how each arm of a list is read.
func (k keyset) armPlans(t *testing.T, s *Store, q PageQuery) (lines []string) {
	t.Helper()
	backwards := q.Before != "" || q.Last
	values, err := (q.After + q.Before).values(len(k.order))
	if err != nil {
		t.Fatal(err)
	}
	for _, conditions := range k.conditions(values, backwards) {
		var args []any
		for _, c := range conditions {
			args = append(args, c.args...)
		}
		lines = append(lines, planOf(t, s, k.selectArm(conditions)+" ORDER BY "+k.orderBy("", backwards)+" LIMIT 10", args...)...)
	}
	return lines
}

func everyKeyset(d dialect, w world) map[string]keyset {
	all := map[string]keyset{"opportunities": opportunityList(d), "runs": runList("", d), "runs of a kind": runList("import", d)}
	for _, text := range []string{"", "da"} {
		all["people "+text], all["companies "+text] = nameList("person", personColumns, text, d), nameList("company", companyColumns, text, d)
		for _, o := range objects {
			all["records of "+o.Name+" "+text] = recordList(o, text, d)
		}
	}
	for _, linked := range []Linked{LinkedAny, LinkedIn, LinkedOut} {
		all["members "+string(linked)] = MemberQuery{Linked: linked}.keyset(d)
		all["members by text "+string(linked)] = MemberQuery{Text: "da", Linked: linked}.keyset(d)
		all["companies "+string(linked)] = MemberQuery{Companies: true, Text: "da", Linked: linked}.keyset(d)
	}
	for name, q := range w.matchQueries() {
		all["matches "+name] = q.keyset(d)
	}
	for name, q := range w.outboxQueries() {
		all["outbox "+name] = q.keyset(d)
	}
	for name, q := range w.activityQueries() {
		all["activities "+name] = q.keyset(d)
	}
	for name, q := range w.saveQueries() {
		all["saves "+name] = q.keyset(d)
	}
	for _, seat := range []string{"", w.seats[0]} {
		all["ledger "+seat], all["stale saves "+seat] = LedgerQuery{SeatID: seat}.keyset(d), LedgerQuery{SeatID: seat, Stale: true}.keyset(d)
		all["alerts "+seat], all["unread alerts "+seat] = AlertQuery{SeatID: seat}.keyset(d), AlertQuery{SeatID: seat, Unread: true}.keyset(d)
	}
	for _, state := range []ApprovalState{"", ApprovalWaiting} {
		all["approvals "+string(state)] = approvalKeyset(d, state)
	}
	for name, q := range w.auditQueries() {
		all["audit "+name] = q.keyset(d)
	}
	return all
}

func (k keyset) plan(t *testing.T, s *Store, q PageQuery) []string {
	t.Helper()
	sql, args, err := k.query(q)
	if err != nil {
		t.Fatal(err)
	}
	return planOf(t, s, sql, args...)
}

// planOf returns how SQLite would run a query.
func planOf(t *testing.T, s *Store, sql string, args ...any) []string {
	t.Helper()
	plan, err := list(s.reader(t.Context()), func(row scanner) (detail string, err error) {
		var a, b, c int
		return detail, row.Scan(&a, &b, &c, &detail)
	}, "EXPLAIN QUERY PLAN "+sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return plan
}

func TestSearchReadsIndexesAlone(t *testing.T) {
	s := openTest(t)
	fill(t, s)
	for _, object := range []string{"", "Contact", "Lead", "Account"} {
		with, args := found(s.dialect, object, "text")
		for _, line := range planOf(t, s, with+"SELECT count(*) FROM found", args...) {
			if strings.Contains(line, "SCAN") && !strings.Contains(line, "COVERING INDEX") && !strings.Contains(line, "SCAN found") {
				t.Errorf("a search among %q reads a table: %s", object, line)
			}
		}
		k := MatchQuery{Object: object, Text: "text"}.keyset(s.dialect)
		byKey := slices.ContainsFunc(k.plan(t, s, PageQuery{}), func(line string) bool {
			return strings.Contains(line, "SEARCH match USING INDEX sqlite_autoindex_match_1 (record_id=?")
		})
		if !byKey {
			t.Errorf("what is found among %q is not read by its key: %v", object, k.plan(t, s, PageQuery{}))
		}
	}
}

// TestWorkListsReadTheirIndexAlone looks at the queries that the engine asks again and again, by chunk.
func TestWorkListsReadTheirIndexAlone(t *testing.T) {
	s := openTest(t)
	fill(t, s)
	queries := map[string]string{
		"due items":            "SELECT " + outboxColumns + " FROM outbox WHERE state = 'queued' AND next_at <= 1 ORDER BY next_at, activity_id LIMIT 10",
		"items of a state":     "SELECT " + outboxColumns + " FROM outbox WHERE state = 'held' AND activity_id > 'x' ORDER BY activity_id LIMIT 10",
		"items of a hold":      "SELECT " + outboxColumns + " FROM outbox WHERE state = 'held' AND hold = 'x' AND activity_id > 'x' ORDER BY activity_id LIMIT 10",
		"items not proven":     "SELECT " + outboxColumns + " FROM outbox WHERE salesforce_id IS NOT NULL AND verified_at IS NULL AND activity_id > 'x' ORDER BY activity_id LIMIT 10",
		"matches":              eachMatchQuery(s.dialect),
		"open opportunities":   eachOpportunityQuery(s.dialect),
		"people that changed":  "SELECT id FROM person INDEXED BY person_changed WHERE changed_at >= 1 ORDER BY changed_at LIMIT 10",
		"records that changed": "SELECT id FROM crm_lead INDEXED BY crm_lead_run WHERE changed_run >= 'r' ORDER BY changed_run, id LIMIT 10",
		"accounts of alerts":   changedOnSavedQuery(objects[2], "r.id", s.dialect),
		"deals of alerts":      changedOnSavedQuery(objects[5], "r.account_id", s.dialect),
		"contacts touched":     changedMatchedQuery(objects[1], s.dialect),
		"contacts matched":     rematchedQuery(objects[1], s.dialect),
		"leads touched":        changedMatchedQuery(objects[0], s.dialect),
		"leads matched":        rematchedQuery(objects[0], s.dialect),
		"newest undoable":      "SELECT " + auditColumns + " FROM audit WHERE actor = 'ana' AND undone_by IS NULL AND act IN ('a', 'b') ORDER BY id DESC LIMIT 1",
	}
	for _, o := range objects {
		for _, filter := range []RecordFilter{{}, {Live: true}, {ChangedRun: "r"}, {Live: true, ChangedRun: "r"}} {
			sql, _ := filter.query(o, s.dialect)
			queries[fmt.Sprintf("records of %s %+v", o.Name, filter)] = sql
		}
	}
	for name, sql := range queries {
		args := make([]any, strings.Count(sql, "?"))
		for i := range args {
			args[i] = "x"
		}
		for _, line := range planOf(t, s, sql, args...) {
			if strings.Contains(line, "SCAN") && !strings.Contains(line, "INDEX outbox_unverified") || strings.Contains(line, "TEMP B-TREE") {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
}
