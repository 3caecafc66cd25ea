package sync

import (
	"flag"
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

// benchContacts is how many contacts the benchmarks import:
// go test ./sync -run xxx -bench Import -contacts 1000000 -benchtime 1x.
var benchContacts = flag.Int("contacts", 20_000, "contacts of the org that the benchmarks import")

// BenchmarkImport measures a first import of Contact, from the org's bytes to
// committed and indexed rows, and then one of unchanged rows. The org runs in
// the same process and on the same processors.
func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		h := newHarness(b, orgsim.Config{Contacts: *benchContacts})
		h.connect()
		for _, name := range []string{"first", "unchanged"} {
			began := time.Now()
			report := h.imports(ImportOptions{Full: true, Objects: []string{"Contact"}})
			seconds := time.Since(began).Seconds()
			b.ReportMetric(float64(report.Objects[0].Fetched)/seconds, name+"_rows/s")
		}
	}
}
