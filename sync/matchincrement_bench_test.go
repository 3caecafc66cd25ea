package sync

import (
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"crmsync/assets/world"
	"crmsync/match"
	"crmsync/store"
	"crmsync/sync/salesforce"
	"crmsync/sync/salesforce/orgsim"
)

// benchMembers is how many people the benchmark of incremental matching has in the store:
// go test ./sync -run xxx -bench Rematch -members 1000000 -timeout 60m.
var benchMembers = flag.Int("members", 100_000, "members of the store that the benchmark of incremental matching looks through")

// benchContactRows is how many contacts the store holds in that benchmark.
const benchContactRows = 2000

// BenchmarkRematch measures what one changed contact costs: what it and its rivals read from the store, the scoring, and the
// transaction that keeps rows and keys.
func BenchmarkRematch(b *testing.B) {
	if testing.Short() {
		b.Skip("fills a large store")
	}
	h := newHarness(b, orgsim.Config{})
	w := world.New(1, 2**benchMembers)
	fillMembers(b, h, w)
	ids := fillContacts(b, h, w)
	before, began, used := databaseSize(b, h), time.Now(), cpuTime()
	if _, err := h.engine.Match(b.Context(), h.admin, MatchOptions{}); err != nil {
		b.Fatal(err)
	}
	b.Logf("full run with keys over %d members: %.1f s, of the processor %.1f s, %d bytes per member", *benchMembers, time.Since(began).Seconds(), (cpuTime() - used).Seconds(), (databaseSize(b, h)-before)/int64(*benchMembers))
	h.clock.Advance(time.Minute)
	m, options := benchRun(b, h)
	var took, cpu []time.Duration
	for b.Loop() {
		began, used := time.Now(), cpuTime()
		d := matchDelta{records: []string{ids[len(took)*7%len(ids)]}}
		judged, _, err := m.rejudge(b.Context(), match.Person, d, options)
		if err != nil {
			b.Fatal(err)
		}
		took, cpu = append(took, time.Since(began)), append(cpu, cpuTime()-used)
		if last := len(took) - 1; cpu[last] > 50*time.Millisecond {
			b.Logf("%s: %s, of the processor %s, judged %d", d.records[0], took[last], cpu[last], len(judged))
		}
	}
	reportTimes(b, "", took)
	reportTimes(b, "cpu_", cpu)
}

// reportTimes reports the middle and the 99th of a hundred times.
func reportTimes(b *testing.B, name string, times []time.Duration) {
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, name+"p50_ms")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, name+"p99_ms")
}

// databaseSize is the size of the store's database and of its log.
func databaseSize(b *testing.B, h *harness) (size int64) {
	b.Helper()
	for _, name := range []string{store.DatabaseFile, store.DatabaseFile + "-wal"} {
		if info, err := os.Stat(filepath.Join(h.store.Dir(), name)); err == nil {
			size += info.Size()
		}
	}
	return size
}

// benchRun is a match run by the model of the last one.
func benchRun(b *testing.B, h *harness) (*matchRun, match.Options) {
	b.Helper()
	base, err := h.engine.matchBase(b.Context())
	if err != nil || !base.known {
		b.Fatalf("no run to go on from: %v", err)
	}
	options, err := h.engine.matchOptions(b.Context(), match.Person, false)
	if err != nil || options.Model == nil {
		b.Fatalf("no frozen model: %v", err)
	}
	return &matchRun{engine: h.engine, base: base, digests: map[match.Kind]string{}, run: store.Run{ID: store.NewID()}}, options
}

func fillMembers(b *testing.B, h *harness, w *world.World) {
	b.Helper()
	for first := 0; first < *benchMembers; first += keysPage {
		err := h.store.Write(b.Context(), func(tx *store.Tx) error {
			for i := first; i < min(first+keysPage, *benchMembers, w.Counts().Members); i++ {
				member := w.Member(i)
				if _, _, err := tx.PutPerson(store.Person{Ident: fmt.Sprintf("bench:%d", i), Name: member.Name, FirstName: member.FirstName, LastName: member.LastName,
					Title: member.Position, Company: member.Company, Email: member.Email, ProfileURL: member.ProfileURL, Location: member.Location}); err != nil {
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

// fillContacts puts contacts with their accounts into the store and returns the ids of the contacts.
func fillContacts(b *testing.B, h *harness, w *world.World) []string {
	b.Helper()
	stamp := salesforce.FormatDateTime(h.clock.Now())
	var ids []string
	accounts := map[int][]string{}
	var contacts [][]string
	for i := range benchContactRows {
		contact := w.Contact(i)
		accountID := ""
		if contact.Account != world.None {
			account := w.Account(contact.Account)
			accountID = benchID(b, "001", contact.Account)
			accounts[contact.Account] = []string{accountID, stamp, account.Name, account.Website}
		}
		id := benchID(b, "003", i)
		ids = append(ids, id)
		contacts = append(contacts, []string{id, stamp, contact.FirstName, contact.LastName, contact.Title, contact.Email, contact.Phone, accountID,
			contact.Mailing.City, contact.Mailing.State, contact.Mailing.Country})
	}
	var rows [][]string
	for _, row := range accounts {
		rows = append(rows, row)
	}
	err := h.store.Write(b.Context(), func(tx *store.Tx) error {
		run := store.NewID()
		if _, err := tx.UpsertRecords("Account", []string{"Id", "SystemModstamp", "Name", "Website"}, texts(rows), run); err != nil {
			return err
		}
		_, err := tx.UpsertRecords("Contact", []string{"Id", "SystemModstamp", "FirstName", "LastName", "Title", "Email", "Phone", "AccountId",
			"MailingCity", "MailingState", "MailingCountry"}, texts(contacts), run)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return ids
}

func texts(rows [][]string) iter.Seq2[[]string, error] { return match.Slice(rows) }

func benchID(b *testing.B, prefix string, i int) string {
	b.Helper()
	id, err := salesforce.CaseSafeID(fmt.Sprintf("%sbe%010d", prefix, i))
	if err != nil {
		b.Fatal(err)
	}
	return id
}
