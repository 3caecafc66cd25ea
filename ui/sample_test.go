package ui

import (
	"fmt"
	"time"

	crmsync "crmsync/sync"
)

// hostile are names as they come from outside: they must neither steer the terminal nor break a row.
var hostile = []string{
	"Ann Okafor", "Dmitri Ivanov", "Chloé Martin", "佐藤 文子", "王 偉", "مريم الحسن", "שרה לוי",
	"Evil\x1b[2J\x1b[31mRed", "Line\nBreak", "Tab\there", "Zero\u200b\u200dWidth", "Right\u202eToLeft",
	"Z\u0351\u0352\u0353\u0354\u0355algo", "👩‍👩‍👧 Family", "Bell\a\x9b31mC1", "", "A very long name that goes on and on well beyond the column it is drawn in",
	"김민준", "ｆｕｌｌｗｉｄｔｈ", "O'Neill \"Dan\"",
}

// sampleWorld is an invented installation in full use.
func sampleWorld() *world {
	at := func(h, m int) time.Time { return time.Date(2026, 11, 22, h, m, 0, 0, time.UTC) }
	w := &world{explain: map[string]Explanation{}}
	w.overview = Overview{Org: "acme.my.salesforce.com", Instance: "https://acme.my.salesforce.com", Connected: ConnectedYes, SyncedAt: at(10, 42), NextSync: at(22, 42), SyncEvery: 12 * time.Hour,
		Network: true, Review: 1204, Failed: 3, APIUsed: 18204, APIMax: 100000, WritebackOn: true,
		Run: ImportRun{ID: "run", Started: at(10, 42).Add(-192 * time.Second), Ended: at(10, 42), Objects: []RunObject{
			{"User", 1204, 1180, 0, 6, 0, 2, time.Second, StateGood, "done", 0}, {"UserRole", 18, -1, 0, 0, 0, 1, time.Second, StateGood, "done", 0},
			{"Account", 48211, 41902, 12, 204, 3, 9, 21 * time.Second, StateGood, "done", 0}, {"Contact", 612480, 498113, 310, 1922, 44, 62, 124 * time.Second, StateWarn, "2 errors", 0},
			{"Lead", 204900, 98004, 88, 640, 12, 21, 41 * time.Second, StateGood, "done", 0}, {"Opportunity", 31007, -1, 4, 117, 0, 4, 5 * time.Second, StateGood, "done", 0},
			{"OpportunityContactRole", 40112, -1, 9, 31, 1, 4, 4 * time.Second, StateGood, "done", 0}}},
		Seats: SeatCounts{Total: 243, Mapped: 231, ByMail: 210, ByHand: 21, Unmapped: 12},
		Activity: []Series{{"matches made", []int64{2, 3, 2, 4, 4, 3, 5, 5, 2, 2, 4, 6, 7, 7}}, {"reviewed by hand", []int64{0, 2, 3, 1, 0, 1, 1, 5, 7, 6, 3, 2, 1, 1}},
			{"items written", []int64{4, 4, 4, 5, 6, 2, 1, 5, 6, 6, 5, 7, 2, 4}}, {"writes failed", []int64{0, 0, 2, 0, 0, 0, 0, 0, 7, 2, 0, 0, 0, 2}}, {"API calls", []int64{5, 6, 5, 7, 6, 3, 3, 6, 7, 6, 6, 7, 3, 6}}},
		Latest: []LatestLine{{at(10, 42), "engine", "import ended: 414 new, 2,889 changed, 2 errors"}, {at(10, 31), "ana", "accepted 214 matches in bulk, from 95, Contact"},
			{at(10, 12), "engine", "writeback: 3 tasks gave up (FIELD_INTEGRITY_EXCEPTION)"}, {at(9, 40), "ana", "turned InMail writeback on"}, {at(9, 31), "ana", "undid: reject Sara Lind"}, {at(9, 30), "ana", "rejected Sara Lind = Sarah Lindh"}}}
	sampleMatches(w)
	sampleROI(w)
	for i, name := range hostile {
		w.stales = append(w.stales, StaleSave{ID: fmt.Sprint("save-", i), Seat: "Hugo Weiß", Record: name, For: "Škoda fleet renewal", At: at(9, i), Why: []string{"owner is now Kaja Novak", "opportunity closed"}[i%2]})
	}
	sampleRest(w, at)
	sampleNetwork(w, at)
	sampleWriteback(w, at)
	w.proposed = sampleApprovals()
	w.runs = sampleRuns()
	return w
}

func sampleMatches(w *world) {
	objects := []string{"Contact", "Lead", "Account"}
	for i := range 300 {
		name := hostile[i%len(hostile)]
		if i >= len(hostile) {
			name = fmt.Sprintf("%s %d", name, i)
		}
		m := Match{Record: fmt.Sprintf("0035g00000%08d", i), Object: objects[i%3], Name: name, Company: hostile[(i+3)%len(hostile)], Member: fmt.Sprintf("p-%d", i),
			MemberName: hostile[(i+1)%len(hostile)], MemberCompany: "Veolia", Score: max(20, 97-i/4), State: "review", Address: fmt.Sprintf("https://acme.my.salesforce.com/0035g00000%08d", i)}
		w.matches = append(w.matches, m)
		w.explain[m.Record] = sampleExplanation(m)
	}
}

func sampleExplanation(m Match) Explanation {
	return Explanation{Record: m.Record, Object: m.Object, Name: m.Name, Member: m.Member, MemberName: m.MemberName, State: m.State, Probability: float64(m.Score) / 100, RunnerUp: .44, LinkedFrom: .95,
		Prior: -14, Total: 3.3, Address: m.Address, Opportunities: 3, Rows: []Evidence{
			{"e-mail", "alike domain", "c.martin@veolia.fr", "@veolia.com", 4.1, AgreeAlike}, {"name", "same, folded", m.Name, m.MemberName, 6.2, AgreeAlike},
			{"company", "contains", "Veolia Eau", "Veolia", 3.1, AgreeAlike}, {"title", "alike", "Dir. Achats", "Procurement Director", .9, AgreeAlike},
			{"phone", "missing", "+33 1 71 75 00 00", "", 0, AgreeUnknown}, {"city", "near", "Aubervilliers", "Paris", .4, AgreeAlike}, {"country", "same", "FR", "FR", 1.2, AgreeSame},
			{"linked account", "same", "Veolia (accepted)", "Veolia", 4, AgreeSame}, {"past employer", "conflict", "", "Suez to 2021", -2.6, AgreeDiffer}},
		Contact: []Field{{"e-mail", "c.martin@veolia.fr"}, {"phone", "+33 1 71 75 00 00"}, {"title", "Dir. Achats"}},
		History: []LatestLine{{testNow.AddDate(0, 0, -10), "engine", "matched Ivana Novak at 55"}},
		Rivals:  []Rival{{"0035g0000099999999", "Cloe Martin", "none", 61}}}
}

func sampleRest(w *world, at func(int, int) time.Time) {
	sampleTeam(w)
	w.hits = []Candidate{{"p-900", "Eva Nováková", "Škoda Auto a.s.", "Head of Fleet", "title, city, name", 88, ""}, {"p-901", "Eva Novak", "Novak Legal", "Partner", "name", 61, "Eva Nowak"}, {"p-902", "王 偉", "Orlen", "", "near name", 40, ""}}
	w.conn = Connection{State: ConnectedYes, Host: "acme.my.salesforce.com", User: "sync@acme.com", OrgID: "00D5g000004Xk2QEAS", OrgName: "Acme", APIVersion: "67.0", LoginHost: "https://login.salesforce.com", ClientID: "3MVG9"}
	w.doctor = Doctor{At: at(10, 41), Checks: []Check{{"Edition", "Enterprise", "none", "", StateGood, false}, {"API access", "81,796 of 100,000 calls left today", "none", "", StateGood, false}, {"Production", "IsSandbox is false", "none", "", StateGood, false},
		{"Integration user", "API Enabled, View All Data", "none", "", StateGood, false}, {"Package", "Sales Navigator for Salesforce is not installed", "writeback", "a Salesforce admin installs it once, about 2 minutes. Then press r. https://acme.my.salesforce.com/packaging/install?p0=04t5g0", StateBad, false}, {"Clock", "2 s apart", "none", "", StateWarn, false}}}
	for _, o := range []crmsync.ObjectFields{{Object: "User", Wanted: 14}, {Object: "UserRole", Wanted: 5}, {Object: "Account", Wanted: 19, New: []string{"Industry"}},
		{Object: "Contact", Wanted: 28, Hidden: []crmsync.HiddenField{{Field: "Email", Lost: true, Blocks: "matching by this field"}, {Field: "Fax", Blocks: "its value on pages and in files"}}, Fix: "A Salesforce admin gives the integration user read access to Email, Fax of Contact (field-level security), or it goes on without."},
		{Object: "Lead", Wanted: 30}, {Object: "Opportunity", Wanted: 22}, {Object: "OpportunityContactRole", Wanted: 8}} {
		w.doctor.Fields = append(w.doctor.Fields, fieldChecks(o)...)
	}
	for i, name := range hostile {
		w.users = append(w.users, User{Seat: fmt.Sprint("seat-", i), Name: name, Mail: "someone@acme.com", CRMUser: []string{"005", ""}[i%2], CRMName: name, MappedBy: []string{"mail", "hand"}[i%2], Active: i%3 != 0, Autosave: true})
		w.people = append(w.people, OptedPerson{Name: name, Kinds: [][]string{{"Message", "InMail"}, nil}[i%2], Synced: i%3 != 0, Allowed: true, Since: at(9, 0).AddDate(0, 0, -i)})
		w.outbox = append(w.outbox, OutboxItem{ID: fmt.Sprint("act-", i), Kind: "Message", Who: name, By: "Hugo Weiß", State: []string{"failed", "doubtful", "held", "queued", "written"}[i%5], Tries: i % 4, At: at(9, i), Next: at(11, 0),
			Code: "FIELD_INTEGRITY_EXCEPTION", Member: fmt.Sprint("p-", i), Own: i == 0, Guess: []string{"Marta da Silva", ""}[i%2], GuessScore: 66, Text: "WhatId is not a valid Opportunity", Fix: "Retry without it, or drop the item.", Fields: []Field{{"Subject", "Message: hello"}}})
		w.opps = append(w.opps, Opportunity{ID: fmt.Sprint("006-", i), Name: name, Owner: "Kaja Novak", Stage: "Negotiation", Amount: "EUR 1,200,000", Closes: at(0, 0).AddDate(0, 0, i), State: StateGood, Word: "1 + 7"})
		w.saves = append(w.saves, Save{ID: fmt.Sprint("save-", i), Kind: "person", Name: name, At: at(10, 0)})
		w.audit = append(w.audit, AuditEvent{ID: fmt.Sprint("0191-", i), At: at(10, 40).Add(-time.Duration(i) * time.Hour), Who: "ana", Via: "ssh", Act: "match.accept", What: "accepted match " + name, Before: `{"state":"review"}`, After: `{"state":"accepted"}`, Undoable: i%2 == 0})
	}
	w.settings = []Setting{{Group: "Sync", Key: "import.every_hours", Name: "Import every", Value: "12", Default: "12", Unit: "hours", Note: "How often CRM data is imported."}, {Group: "Sync", Key: "import.linkedin_ids", Name: "Read LinkedIn ids", Value: "false", Choices: []string{"false", "true"}},
		{Group: "Matching", Key: "match.floor", Name: "Floor", Value: "20"}, {Group: "Matching", Key: "match.accept", Name: "Accept alone from", Value: "95"}, {Group: "Opportunities", Key: "opportunity.revenue_field", Name: "Revenue field", Value: "Amount"}}
	w.types = WritebackTypes{On: true, States: map[string]int64{"failed": 3}, Written: Series{Days: []int64{4, 5, 6, 6, 7, 5, 3, 2, 8, 9, 4, 4, 5, 1}}, Failed: Series{Days: make([]int64, 14)}, Kinds: []WritebackKind{{Kind: "message", Label: "Message", Object: "Task", RecordType: "LID.Message", On: true, People: 182, Seats: 231, Written: 6204, Failed: 2, Held: 31, Last: at(10, 45), Fields: []Field{{"Subject", "names the product and the person"}, {"WhoId", "matched Contact or Lead"}}},
		{Kind: "inmail", Label: "InMail", Object: "Task", On: true, People: 182, Seats: 231}, {Kind: "note", Label: "Note", Object: "Note", Seats: 231},
		{Kind: "call", Label: "Call", Object: "Task"}, {Kind: "pointdrive", Label: "PointDrive", Object: "Task", Locked: "the org has no record type for it"}}}
	w.mine = Mine{Seat: "seat-1", Name: "Ana Lima", Mail: "ana@acme.com", CRMName: "Ana Lima", Allowed: true, Kinds: []MyKind{{Kind: "message", Label: "Message", On: true, Open: true, Since: at(8, 0)}, {Kind: "note", Label: "Note"}}, Saves: w.saves[:2], Held: []OutboxItem{ownItem(w.outbox[2]), ownItem(w.outbox[7]), ownItem(w.outbox[3])}, Unread: 1, Alerts: []Alert{{"a2", at(10, 42), true, "Škoda fleet renewal", "stage: Proposal to Negotiation"}, {"a1", at(10, 42).AddDate(0, 0, -1), false, hostile[7], "saved " + hostile[9]}}}
}

// sampleTeam is the CRM's role tree, and licences planned for a part of it.
// ownItem is an item as its own member sees it.
func ownItem(item OutboxItem) OutboxItem {
	item.Own, item.Code, item.Text, item.Fix = true, "", "", ""
	if item.State == "held" {
		item.Hold, item.Text, item.Fix = crmsync.HoldBefore.Code, crmsync.HoldBefore.Text, crmsync.HoldBefore.Fix
	}
	return item
}

func sampleTeam(w *world) {
	w.roles = []crmsync.RoleNode{
		{ID: "00E1", Name: "Acme", Total: crmsync.RoleCount{Users: 412, Active: 398, Licensed: 231}},
		{ID: "00E2", Name: "Sales", ParentID: "00E1", Depth: 1, Total: crmsync.RoleCount{Users: 318, Active: 310, Licensed: 220}},
		{ID: "00E3", Name: "EMEA", ParentID: "00E2", Depth: 2, Total: crmsync.RoleCount{Users: 118, Active: 115, Licensed: 82}},
		{ID: "00E4", Name: "Old \x1b[2J team", Depth: 0, Broken: crmsync.BrokenParent, Total: crmsync.RoleCount{Users: 3}},
	}
	dana := crmsync.LicenceHolder{Seat: "seat-3", Email: "dana.oneill@acme.com", Name: "Dana O'Neill", Role: "West", Writes: true}
	lost, gone := dana, dana
	lost.Why, lost.Since = crmsync.LossText(crmsync.LossInactive), testNow.Add(-50*time.Hour)
	gone.Name, gone.Why, gone.Since = "Hugo Weiß", crmsync.LossText(crmsync.LossLicence), testNow.Add(-time.Hour)
	w.licences = crmsync.LicenceInventory{Edition: "Enterprise", Total: 250, Used: 231, Free: 19, Inactive: 1, Lost: []crmsync.LicenceHolder{lost}, Ended: []crmsync.LicenceHolder{gone},
		Cost: crmsync.LicenceCost{Each: "1200", Currency: "EUR", Before: "277200", After: "277200"}}
	w.plan = crmsync.LicencePlan{Before: 231, After: 233, Total: 250, Removed: []crmsync.LicenceHolder{dana},
		Skipped: []crmsync.LicenceHolder{{Name: "Kaja Novak", Role: "East", Why: "no e-mail address in the CRM"}},
		Cost:    crmsync.LicenceCost{Each: "1200", Currency: "EUR", Before: "277200", After: "279600", Difference: "2400"}}
	for _, name := range []string{"Amir Haddad", "Fumiko 佐藤", "Grace Kim"} {
		w.plan.Added = append(w.plan.Added, crmsync.LicenceHolder{Name: name, Email: "x@acme.com", Role: "West", Why: "role EMEA"})
	}
}
