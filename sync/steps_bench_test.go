package sync

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"crmsync/assets/world"
	"crmsync/store"
	"crmsync/sync/salesforce"
	"crmsync/sync/salesforce/orgsim"
)

// benchOrg is how many contacts the org of the benchmark of steps has; its other objects bring as many records again:
// go test ./sync -run xxx -bench Steps -org 500000 -members 200000 -benchtime 1x -timeout 90m.
var benchOrg = flag.Int("org", 10_000, "contacts of the org in the benchmark of the steps after an import")

// benchChanges is how many of its records change between two imports.
const benchChanges = 1000

// BenchmarkSteps measures what follows an import of a thousand changes: the match run, badges, contact information, alerts,
// auto-save and search filters, over a store that already went through all of it once.
func BenchmarkSteps(b *testing.B) {
	if testing.Short() {
		b.Skip("fills a large store")
	}
	h := newHarness(b, orgsim.Config{})
	w := world.New(1, max(*benchOrg, *benchMembers))
	fillMembers(b, h, w)
	fillCompanies(b, h, w)
	org := &benchRecords{b: b, h: h, w: w}
	org.fill()
	first := org.after()
	b.Logf("%d records: %+v", org.count, *first.Steps)
	// The clock stands still while a run works, so that the first one after it cannot tell what that run matched from what
	// came later, and looks at every opportunity again. It is not measured.
	h.clock.Advance(12 * time.Hour)
	org.change()
	org.after()
	var slowest, matched, busiest float64
	for b.Loop() {
		h.clock.Advance(12 * time.Hour)
		org.change()
		began, used := time.Now(), cpuTime()
		report := org.after()
		total, busy := time.Since(began).Seconds(), (cpuTime() - used).Seconds()
		busiest = max(busiest, busy)
		if total > slowest {
			slowest, matched = total, report.Match.Seconds
		}
		b.Logf("%.2f s, of the processor %.2f s, incremental %v, people judged %d, companies %d, opportunities looked at %d", total, busy, report.Match.People.Incremental,
			report.Match.People.Judged, report.Match.Companies.Judged, report.Steps.AutoSave.Opportunities)
	}
	b.ReportMetric(float64(org.count), "records")
	b.ReportMetric(slowest, "s/after_import")
	b.ReportMetric(busiest, "cpu_s/after_import")
	b.ReportMetric(matched, "s/match")
}

func fillCompanies(b *testing.B, h *harness, w *world.World) {
	b.Helper()
	count := min(w.Counts().Companies, *benchMembers/4)
	for first := 0; first < count; first += keysPage {
		err := h.store.Write(b.Context(), func(tx *store.Tx) error {
			for i := first; i < min(first+keysPage, count); i++ {
				company := w.Company(i)
				if _, _, err := tx.PutCompany(store.Company{Ident: fmt.Sprintf("bench:%d", i), Name: company.Name, Website: company.Website}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// benchRecords writes the records of a world into a store, as imports would.
type benchRecords struct {
	b     *testing.B
	h     *harness
	w     *world.World
	run   string // of the last import
	count int
	step  int
}

// benchObject is how the records of an object are made.
type benchObject struct {
	name   string
	prefix string
	header []string
	count  int
	row    func(i int) []string // all but id and modstamp
}

func (r *benchRecords) objects() []benchObject {
	counts, w := r.w.Counts(), r.w
	users := func(i int) string { return benchID(r.b, "005", i) }
	ref := func(prefix string, i int) string {
		if i == world.None {
			return ""
		}
		return benchID(r.b, prefix, i)
	}
	return []benchObject{
		{"Account", "001", []string{"Name", "Website", "OwnerId"}, counts.Accounts * *benchOrg / max(1, counts.Contacts), func(i int) []string {
			account := w.Account(i)
			return []string{account.Name, account.Website, users(account.Owner)}
		}},
		{"Contact", "003", []string{"FirstName", "LastName", "Title", "Email", "Phone", "AccountId", "MailingCity", "MailingCountry"}, *benchOrg, func(i int) []string {
			contact := w.Contact(i)
			return []string{contact.FirstName, contact.LastName, contact.Title, contact.Email, contact.Phone, ref("001", contact.Account), contact.Mailing.City, contact.Mailing.Country}
		}},
		{"Lead", "00Q", []string{"FirstName", "LastName", "Title", "Email", "Company", "City", "Country"}, counts.Leads * *benchOrg / max(1, counts.Contacts), func(i int) []string {
			lead := w.Lead(i)
			return []string{lead.FirstName, lead.LastName, lead.Title, lead.Email, lead.Company, lead.Address.City, lead.Address.Country}
		}},
		{"Opportunity", "006", []string{"Name", "StageName", "IsClosed", "AccountId", "OwnerId"}, counts.Opportunities * *benchOrg / max(1, counts.Contacts), func(i int) []string {
			deal := w.Opportunity(i)
			closed := "false"
			if deal.Closed {
				closed = "true"
			}
			return []string{deal.Name, deal.Stage, closed, ref("001", deal.Account), users(deal.Owner)}
		}},
		{"OpportunityContactRole", "00K", []string{"OpportunityId", "ContactId"}, counts.ContactRoles * *benchOrg / max(1, counts.Contacts), func(i int) []string {
			role := w.ContactRole(i)
			return []string{ref("006", role.Opportunity), ref("003", role.Contact)}
		}},
	}
}

// fill imports everything, and gives each owner a seat.
func (r *benchRecords) fill() {
	r.run = store.NewID()
	for _, object := range r.objects() {
		r.count += object.count
		for from := 0; from < object.count; from += 5000 {
			r.put(object, from, min(object.count, from+5000), 1, "")
		}
	}
	r.write(func(tx *store.Tx) error {
		for i := range r.w.Counts().Users {
			seat := store.Seat{ID: store.NewID(), Email: "seat" + benchID(r.b, "005", i) + "@bench.test", UserID: benchID(r.b, "005", i), Mapping: "pinned", MayAutosave: true, AddedAt: tx.Now()}
			if err := tx.PutSeat(seat); err != nil {
				return err
			}
		}
		return nil
	})
}

// change imports a thousand changes, others each time.
func (r *benchRecords) change() {
	r.run = store.NewID()
	r.step++
	share := map[string]int{"Account": benchChanges / 10, "Contact": benchChanges * 6 / 10, "Lead": benchChanges / 10, "Opportunity": benchChanges / 10, "OpportunityContactRole": benchChanges / 10}
	for _, object := range r.objects() {
		n := share[object.name]
		every := max(1, object.count/n)
		r.put(object, r.step%every, object.count, every, " II")
	}
}

// put upserts records; a suffix makes them other than before.
func (r *benchRecords) put(object benchObject, from, to, every int, suffix string) {
	stamp := salesforce.FormatDateTime(r.h.clock.Now())
	var rows [][]string
	for i := from; i < to; i += every {
		fields := object.row(i)
		if suffix != "" && object.name != "OpportunityContactRole" {
			fields[0] += suffix
		}
		rows = append(rows, append([]string{benchID(r.b, object.prefix, i), stamp}, fields...))
	}
	r.write(func(tx *store.Tx) error {
		_, err := tx.UpsertRecords(object.name, append([]string{"Id", "SystemModstamp"}, object.header...), texts(rows), r.run)
		return err
	})
}

func (r *benchRecords) write(change func(tx *store.Tx) error) {
	r.b.Helper()
	if err := r.h.store.Write(r.b.Context(), change); err != nil {
		r.b.Fatal(err)
	}
}

// after does what follows an import.
func (r *benchRecords) after() SyncReport {
	r.b.Helper()
	run := store.Run{ID: r.run, Kind: string(JobImport), State: store.RunRunning, StartedAt: r.h.clock.Now()}
	r.write(func(tx *store.Tx) error { return tx.PutRun(run) })
	r.h.clock.Advance(time.Second)
	var report SyncReport
	if err := r.h.engine.afterwards(r.b.Context(), run, &report); err != nil {
		r.b.Fatal(err)
	}
	if err := r.h.engine.endRun(r.b.Context(), run, store.RunDone, report, nil); err != nil {
		r.b.Fatal(err)
	}
	return report
}
