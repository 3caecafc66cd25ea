package orgsim_test

import (
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// export runs a bulk query to its end and returns its rows without headers, the headers seen, and the pages' sizes.
func (s *served) export(soql string, maxRecords int) (rows [][]string, header []string, pages []int) {
	s.t.Helper()
	job := s.do("POST", data+"/jobs/query", map[string]string{"operation": "queryAll", "query": soql}).want(200).object()
	base := data + "/jobs/query/" + job["id"].(string)
	var total float64
	for i := 0; ; i++ {
		info := s.do("GET", base, nil).want(200).object()
		if info["state"] == "JobComplete" {
			total = info["numberRecordsProcessed"].(float64)
			break
		}
		if i > 100 {
			s.t.Fatalf("the job does not end: %v", info)
		}
	}
	locator := ""
	for locator != "null" {
		path := base + "/results?maxRecords=" + strconv.Itoa(maxRecords)
		if locator != "" {
			path += "&locator=" + locator
		}
		page := s.do("GET", path, nil).want(200)
		all, err := csv.NewReader(strings.NewReader(string(page.body))).ReadAll()
		if err != nil {
			s.t.Fatal(err)
		}
		header = all[0]
		if n, _ := strconv.Atoi(page.header.Get("Sforce-NumberOfRecords")); n != len(all)-1 {
			s.t.Fatalf("Sforce-NumberOfRecords is %d, the page has %d", n, len(all)-1)
		}
		rows, pages, locator = append(rows, all[1:]...), append(pages, len(all)-1), page.header.Get("Sforce-Locator")
	}
	if len(rows) != int(total) {
		s.t.Fatalf("%d rows, numberRecordsProcessed %v", len(rows), total)
	}
	return rows, header, pages
}

func TestBulkQueryPages(t *testing.T) {
	s := serve(t, orgsim.Config{})
	rows, header, pages := s.export("SELECT Id, LastName, Account.Name, CreatedDate FROM Contact", 70)
	if len(rows) < 200 || len(pages) < 3 || pages[0] != 70 {
		t.Fatalf("%d rows in pages of %v", len(rows), pages)
	}
	if got := strings.Join(header, " "); got != "Id LastName Account.Name CreatedDate" {
		t.Fatalf("header %q", got)
	}
	again, _, _ := s.export("SELECT Id, LastName, Account.Name, CreatedDate FROM Contact", 1000)
	for i := range rows {
		if strings.Join(rows[i], "|") != strings.Join(again[i], "|") {
			t.Fatalf("row %d differs between page sizes: %v, %v", i, rows[i], again[i])
		}
	}
}
